// Package numbering knows how telephone numbers are written in China: country
// and area codes, trunk zeros, mobile prefixes. It finds the one form that all
// ways of writing a number share. It is pure.
package numbering

// MaxDigits bounds a number: ITU-T E.164 has 15 digits, with prefixes and a
// service code somewhat more.
const MaxDigits = 32

// Append appends the national form of a number to dst: a mobile's eleven digits
// without a zero, a fixed line's with its area code (055162345678), a short
// number with the area code only if one was written (12315, 055312315), a
// foreign one as +CC…. Country codes (+86, 0086, 86), a mobile's zero, visual
// separators (RFC 3966 section 5.1.1) and %-escapes (RFC 3261 section 25.1) are
// taken off. A fixed line's number without a code gets area, if there is one.
// ok is false for what is no number at all.
func Append(dst []byte, number, area string) (national []byte, ok bool) {
	var room [MaxDigits]byte
	s, ok := digits(room[:0], number)
	if !ok {
		return dst, false
	}
	switch n, foreign := significant(s); {
	case foreign:
		return append(append(dst, '+'), n...), true
	case n != nil:
		return appendSignificant(dst, n, area), true
	}
	switch {
	case len(s) > 2 && s[0] == '0' && s[1] == '1' && s[2] != '0': // no area code begins so: 013855112345
		return append(dst, s[1:]...), true
	case local(s) && area != "":
		return append(append(dst, area...), s...), true
	case len(s) >= 10 && len(s) <= 11 && s[0] != '1' && zeroLost(s): // 55162345678
		return append(append(dst, '0'), s...), true
	}
	return append(dst, s...), true
}

// National is Append for strings; what is no number comes back as it is. It
// allocates only if something changes.
func National(number, area string) string {
	var room [2 * MaxDigits]byte
	n, ok := Append(room[:0], number, area)
	if !ok || string(n) == number {
		return number
	}
	return string(n)
}

// digits reads what is written as a number into dst: digits, * and #, and a +
// before them.
func digits(dst []byte, s string) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])&15
			if unhex(s[i+1]) > 7 || unhex(s[i+2]) > 15 {
				return dst, false
			}
			i += 2
		}
		switch {
		case c == '-' || c == '.' || c == '(' || c == ')' || c == ' ':
			continue
		case c >= '0' && c <= '9', c == '*', c == '#', c == '+' && len(dst) == 0:
		default:
			return dst, false
		}
		if len(dst) == MaxDigits {
			return dst, false
		}
		dst = append(dst, c)
	}
	return dst, len(dst) > 1 || len(dst) == 1 && dst[0] != '+'
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// significant takes country codes off. n is nil for a number without one; a
// foreign one keeps its code.
func significant(s []byte) (n []byte, foreign bool) {
	switch {
	case s[0] == '+':
		n = s[1:]
	case len(s) > 4 && s[0] == '0' && s[1] == '0':
		n = s[2:]
	case len(s) >= 9 && s[0] == '8' && s[1] == '6': // shorter: a fixed line; there is no area code 086x
		return once(s[2:]), false
	default:
		return nil, false
	}
	if len(n) < 3 || n[0] != '8' || n[1] != '6' {
		return n, true
	}
	return once(n[2:]), false
}

// once takes off a country code that is there again: exchanges that each add
// one make +8686138….
func once(n []byte) []byte {
	for len(n) >= 12 && n[0] == '8' && n[1] == '6' {
		n = n[2:]
	}
	return n
}

// appendSignificant appends what stood behind the country code: there an area
// code has no zero, though some write it.
func appendSignificant(dst, n []byte, area string) []byte {
	switch {
	case n[0] == '0':
		for len(n) > 1 && n[1] == '0' {
			n = n[1:]
		}
		if len(n) > 2 && n[1] == '1' && n[2] != '0' {
			n = n[1:]
		}
	case zeroLost(n):
		dst = append(dst, '0')
	case local(n):
		dst = append(dst, area...)
	}
	return append(dst, n...)
}

// zeroLost says whether n begins with an area code without its zero: behind it
// stands a short number of five or six digits or a fixed line's of seven or
// eight.
func zeroLost(n []byte) bool {
	if len(n) < 3 || n[0] == '0' || n[0] == '*' || n[0] == '#' {
		return false
	}
	rest := len(n) - 3
	switch {
	case n[0] == '1':
		rest++
		return n[1] == '0' && (rest == 5 || rest == 8) // 10x is mostly a service number's
	case n[0] == '2':
		rest++
	case n[1] == '0' && n[2] == '0': // 400 and 800
		return false
	}
	return rest >= 5 && rest <= 8
}

// local says whether n is a fixed line's number without area code.
func local(n []byte) bool {
	return (len(n) == 7 || len(n) == 8) && n[0] >= '2' && n[0] <= '8'
}

// AreaLen is the length of the area code with which a number in national form
// begins, 0 for none: 010 and 02x have three digits, others four.
func AreaLen[T string | []byte](national T) int {
	if len(national) < 4 || national[0] != '0' || national[1] < '1' || national[1] > '9' {
		return 0
	}
	if national[1] == '1' || national[1] == '2' {
		return 3
	}
	return 4
}

// IsArea says whether code is an area code as it is dialled: 010, 02x, 0551.
func IsArea[T string | []byte](code T) bool {
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	switch len(code) {
	case 3:
		return code[0] == '0' && (code[1] == '2' || code[1] == '1' && code[2] == '0')
	case 4:
		return AreaLen(code) == 4
	}
	return false
}

// Mobile says whether a number in national form is a mobile's.
func Mobile[T string | []byte](national T) bool {
	return len(national) == 11 && national[0] == '1' && national[1] >= '3' && national[1] <= '9'
}
