package numbering

import "strings"

// Anonymous stands for the number of a caller who gave none.
const Anonymous = "anonymous"

// maxCaller bounds what is kept of a caller who has no number but a name.
const maxCaller = 64

// withheld are the user parts that exchanges write where they have no number.
var withheld = []string{"", Anonymous, "unavailable", "restricted", "unknown", "private", "withheld", "coinlineanonymous"}

// Caller is a caller's number in national form, as Append has it, or Anonymous.
// What is no number, another exchange's alice, stays as it is. area is that of
// the trunk he comes by.
func Caller(user, area string) string {
	for _, w := range withheld {
		if strings.EqualFold(user, w) {
			return Anonymous
		}
	}
	n := National(user, area)
	if len(n) > maxCaller {
		n = n[:maxCaller]
	}
	if n = strings.ToValidUTF8(n, ""); n == "" {
		return Anonymous
	}
	return n
}

// IsNumber says whether a caller can be rung back: he has a number.
func IsNumber(caller string) bool {
	var room [MaxDigits]byte
	_, ok := digits(room[:0], caller)
	return ok
}
