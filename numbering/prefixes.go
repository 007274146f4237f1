package numbering

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// PrefixDigits is how many digits of a mobile number tell the city that it was
// given out in.
const PrefixDigits = 7

// maxCities bounds the names of a table of prefixes: China has some 340 cities
// and 2,900 counties.
const maxCities = 1<<16 - 1

// Prefixes tells mobile numbers' cities by their first seven digits. It is
// immutable; six bytes a prefix. Nil knows none.
type Prefixes struct {
	keys  []uint32 // ascending
	city  []uint16 // of each, an index of names
	names []string
}

// BadLine is a line of a table of prefixes that was passed over.
type BadLine struct {
	Line int // from 1
	Text string
}

func (b BadLine) String() string { return fmt.Sprintf("line %d: %s", b.Line, b.Text) }

// ParsePrefixes reads a table of lines "1385511,合肥", in UTF-8, in any order.
// A first line of names, empty lines and lines that begin with # are no faults.
// A bad line is told of and left out: the others count.
func ParsePrefixes(data []byte) (*Prefixes, []BadLine) {
	p := &Prefixes{}
	byName := map[string]uint16{} // only looked up
	var bad []BadLine
	type entry struct {
		key  uint32
		city uint16
		line uint32
	}
	var all []entry
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, name, why := prefixLine(line)
		if why != "" {
			if n > 1 || !heading(line) {
				bad = append(bad, BadLine{Line: n, Text: why})
			}
			continue
		}
		city, known := byName[name]
		if !known {
			if len(p.names) == maxCities {
				bad = append(bad, BadLine{Line: n, Text: "too many different cities"})
				continue
			}
			city = uint16(len(p.names))
			name = strings.Clone(name)
			p.names = append(p.names, name)
			byName[name] = city
		}
		all = append(all, entry{key, city, uint32(n)})
	}
	slices.SortFunc(all, func(a, b entry) int {
		if a.key != b.key {
			return int(a.key) - int(b.key)
		}
		return int(a.line) - int(b.line)
	})
	p.keys, p.city = make([]uint32, 0, len(all)), make([]uint16, 0, len(all))
	for _, e := range all {
		if last := len(p.keys) - 1; last >= 0 && p.keys[last] == e.key {
			if p.city[last] != e.city {
				bad = append(bad, BadLine{Line: int(e.line), Text: fmt.Sprintf("prefix %d is %s's already", e.key, p.names[p.city[last]])})
			}
			continue
		}
		p.keys, p.city = append(p.keys, e.key), append(p.city, e.city)
	}
	slices.SortFunc(bad, func(a, b BadLine) int { return a.Line - b.Line })
	return p, bad
}

// prefixLine reads one line; why says what is wrong with it.
func prefixLine(line string) (key uint32, name, why string) {
	if !utf8.ValidString(line) {
		return 0, "", "is not UTF-8: save the file as UTF-8"
	}
	prefix, name, ok := strings.Cut(line, ",")
	prefix, name = field(prefix), field(name)
	switch {
	case !ok:
		return 0, "", fmt.Sprintf("%.40q has no comma: write it like 1385511,合肥", line)
	case len(prefix) != PrefixDigits:
		return 0, "", fmt.Sprintf("prefix %.40q has not seven digits", prefix)
	case name == "" || strings.ContainsAny(name, ",\"") || len(name) > 96:
		return 0, "", fmt.Sprintf("%.40q is no city's name", name)
	}
	for i := range len(prefix) {
		if prefix[i] < '0' || prefix[i] > '9' {
			return 0, "", fmt.Sprintf("prefix %q has not seven digits", prefix)
		}
		key = key*10 + uint32(prefix[i]-'0')
	}
	if prefix[0] != '1' || prefix[1] < '3' {
		return 0, "", fmt.Sprintf("prefix %q is no mobile's", prefix)
	}
	return key, name, ""
}

// field takes the white space and quotes of a CSV field off.
func field(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// heading says whether a first line names the columns.
func heading(line string) bool {
	return utf8.ValidString(line) && strings.Contains(line, ",") && !strings.ContainsAny(line, "0123456789")
}

// Len is how many prefixes the table has.
func (p *Prefixes) Len() int {
	if p == nil {
		return 0
	}
	return len(p.keys)
}

// Names are the cities of the table; Find's index is into them. They are not
// to be changed.
func (p *Prefixes) Names() []string {
	if p == nil {
		return nil
	}
	return p.names
}

// Find returns the city of a mobile number in national form as an index into
// Names; false if the table does not have its prefix.
func (p *Prefixes) Find(national string) (int, bool) {
	if p == nil || !Mobile(national) {
		return 0, false
	}
	key := uint32(0)
	for i := range PrefixDigits {
		c := national[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		key = key*10 + uint32(c-'0')
	}
	i, ok := slices.BinarySearch(p.keys, key)
	if !ok {
		return 0, false
	}
	return int(p.city[i]), true
}
