package trunk

import "strings"

// Format is how a trunk wants numbers written.
type Format uint8

// The formats, of 055162345678 from an exchange in Hefei.
const (
	AsIs     Format = iota // as they stand
	National               // 055162345678
	E164                   // +8655162345678
	Local                  // 62345678: without the trunk's own area code
)

// Formats are the names that a plan uses, in the order of the constants.
var Formats = []string{"", "national", "e164", "local"}

// Write writes a number in its national form (0551…, a mobile's eleven digits)
// as the trunk wants it. Short numbers, such as 110 and 12366, have one form
// only.
func (t *Trunk) Write(number string) string {
	switch {
	case !national(number):
		return number
	case t.Format == E164:
		return "+86" + strings.TrimPrefix(number, "0")
	case t.Format == Local && t.Area != "":
		return strings.TrimPrefix(number, t.Area)
	}
	return number
}

// national says whether the number is one with an area code, or a mobile's.
func national(number string) bool {
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return false
		}
	}
	return len(number) >= 10 && len(number) <= 12 && number[0] == '0' || len(number) == 11 && number[0] == '1'
}
