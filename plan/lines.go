package plan

import (
	"cmp"
	"slices"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/trunk"
)

// line is what a trunk says of the calls that come by it.
type line struct {
	area string         // of numbers without a code
	city string         // whose they are
	dids map[string]did // by the number in national form
}

// did is what a number that the carrier has assigned stands for.
type did struct {
	number *listed
	city   string
}

// listed is a number of the ledger with whose it is.
type listed struct {
	*Number
	city string
}

// ledger finds each number's one form. A fixed line's number without a code is
// one of its city, or of the home.
func (c *compiler) ledger() {
	c.out.ledger, c.out.listed = map[string]*listed{}, map[string]*listed{}
	for _, n := range serviceNumbers {
		c.out.ledger[n[0]] = &listed{Number: c.out.numbers[n[0]]}
	}
	for i := range c.p.Numbers {
		row := &c.p.Numbers[i]
		number, path := c.out.numbers[row.Name], "numbers."+row.Name
		if number == nil || c.out.ledger[row.Name] != nil { // an agents' own: that is told
			continue
		}
		city, area := c.out.cities[row.Value.City], c.out.home.Area
		entry := &listed{Number: number}
		if city != nil {
			entry.city, area = city.Name, cmp.Or(city.Area, area)
		}
		form := numbering.National(row.Name, area)
		c.wants(path, row.Line, area != "" || form == numbering.National(row.Name, "0551"),
			"a fixed line's number stands with its area code, 0551%s, or beside its city", row.Name)
		if other := c.out.ledger[form]; other != nil {
			c.faults.Add(path, row.Line, "is the same number as %s", other.Number.Number)
		}
		c.out.ledger[form], c.out.listed[row.Name] = entry, entry
	}
}

// lines takes what the trunks say of their calls.
func (c *compiler) lines() {
	c.out.lines = map[string]*line{}
	for i := range c.p.Trunks {
		row := &c.p.Trunks[i]
		v, path := &row.Value, "trunks."+row.Name
		c.wants(path+".area", row.Line, v.Area == "" || numbering.IsArea(v.Area), "%q is no area code: write it like \"0551\"", v.Area)
		c.wants(path+".city", row.Line, v.City == "" || c.out.cities[v.City] != nil, "unknown city %q", v.City)
		c.wants(path+".dialled", row.Line, !v.Untrusted || len(v.Dialled) == 0 || slices.ContainsFunc(v.Dialled, unforged),
			"of an untrusted trunk only %q count: name one of them", trunk.Open)
		l := &line{area: v.Area, city: v.City, dids: map[string]did{}}
		for j := range v.DIDs {
			c.did(path+".dids."+v.DIDs[j].Name, &v.DIDs[j], l)
		}
		c.out.lines[row.Name] = l
	}
}

// unforged says whether a source counts also where a trunk is not trusted.
func unforged(source string) bool { return slices.Contains(trunk.Open, source) }

func (c *compiler) did(path string, row *config.Row[config.DID], l *line) {
	form, v := numbering.National(row.Name, l.area), &row.Value
	c.wants(path, row.Line, numbering.IsNumber(row.Name), "%q is no number", row.Name)
	if _, taken := l.dids[form]; taken {
		c.faults.Add(path, row.Line, "is there twice: it is %s in full", form)
	}
	entry := c.out.listed[v.Number]
	c.wants(path+".number", row.Line, entry != nil, "%q is no number of the ledger", v.Number)
	c.wants(path+".city", row.Line, v.City == "" || c.out.cities[v.City] != nil, "unknown city %q", v.City)
	if entry == nil {
		return
	}
	if own := c.out.ledger[form]; own != nil && own != entry {
		c.faults.Add(path, row.Line, "is a number of the ledger itself")
	}
	l.dids[form] = did{number: entry, city: v.City}
}
