package plan

import (
	"strings"
	"unicode/utf8"
)

// longestText is how many characters a clip may say.
const longestText = 500

// sounds checks the operator's own clips. They may be played as soon as they
// are named: until they are recorded they are passed over.
func (c *compiler) sounds() {
	for _, row := range c.p.Sounds {
		path := "sounds." + row.Name
		c.wants(path, row.Line, name(row.Name), "a clip's name is 1 to 32 of a-z, A-Z, 0-9, '.', '_' and '-'")
		c.wants(path, row.Line, strings.TrimSpace(row.Value) != "", "has no text: write what it says")
		c.wants(path, row.Line, utf8.RuneCountInString(row.Value) <= longestText, "says more than %d characters", longestText)
		c.wants(path, row.Line, !strings.ContainsAny(row.Value, "\r\n\t"), "the text is one line")
	}
}
