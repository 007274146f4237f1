package schedule

import "fmt"

// ParseClock reads a time of day, "00:00" to "24:00", as minutes.
func ParseClock(text string) (minute int, err error) {
	if len(text) == 5 && text[2] == ':' {
		h, m := two(text[:2]), two(text[3:])
		if h >= 0 && m >= 0 && m < 60 && 60*h+m <= EndOfDay {
			return 60*h + m, nil
		}
	}
	return 0, fmt.Errorf("%q is no time of day: write it like \"08:30\"", text)
}

// two is a number of two digits, or -1.
func two(s string) int {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

// Clock writes minutes of a day as 08:30.
func Clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
