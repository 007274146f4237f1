package numbering

// Plain is a number as it was written, without visual separators and escapes.
// What is no number comes back as it is.
func Plain(number string) string {
	var room [MaxDigits]byte
	s, ok := digits(room[:0], number)
	if !ok || string(s) == number {
		return number
	}
	return string(s)
}

// InContext is a plain local number with the phone-context of its URI before it
// (RFC 3966 section 5.1.5): 12315 of +86551 is +8655112315. A context that is a
// domain's name says nothing of the number; neither does one before a number
// that has a code of its own, a mobile's among them.
func InContext(number, context string) string {
	var room [MaxDigits]byte
	before, ok := digits(room[:0], context)
	if !ok || !IsNumber(number) || number[0] < '1' || number[0] > '9' || Mobile(number) || !global(before) {
		return number
	}
	if len(before)+len(number) > MaxDigits {
		return number
	}
	return string(append(before, number...))
}

// global says whether a context is a country's code, with or without an area's,
// or an area code as it is dialled.
func global(context []byte) bool {
	if len(context) == 0 || context[0] != '+' {
		return IsArea(context)
	}
	n, foreign := significant(context)
	switch {
	case foreign:
		return len(n) <= 7
	case len(n) == 0 || n[0] == '0':
		return len(n) == 0 || IsArea(n)
	}
	return IsArea(append([]byte{'0'}, n...))
}
