package plan

import (
	"slices"

	"github.com/hotline12345/hotline/numbering"
)

// Asked is what a call says of the number that was rung.
type Asked struct {
	Trunk   string   // that it comes by; empty: from a phone, which may ring the agents' own numbers
	Dialled []string // what may have been dialled, the likeliest first
	Called  string   // the Request-URI's number: a DID of the trunk counts whatever stands elsewhere
	Caller  string   // his number in national form (numbering.Caller)
}

// Evidence is what says whose a call is.
type Evidence string

// The evidence, the strongest first.
const (
	ByDID    Evidence = "did"     // the carrier's number, which the plan gives to a city
	ByNumber Evidence = "number"  // the ledger's number is one city's
	ByTrunk  Evidence = "trunk"   // all calls of the trunk are
	ByArea   Evidence = "dialled" // the area code that was dialled
	ByCaller Evidence = "caller"  // the area code of a fixed line
	ByPrefix Evidence = "prefix"  // the first digits of a mobile's number
	ByHome   Evidence = "home"    // nothing else
)

// Resolved is what became of a number that was rung.
type Resolved struct {
	Number  *Number  // nil: none of the ledger's
	Dialled string   // by which of those asked for it was found
	City    string   // whose call it is; empty: not known
	By      Evidence // why
	Open    string   // the area code that leaves the city open: see Sharing
}

// Resolve finds the ledger's number behind what was dialled, and whose call it
// is: 12315, 055112315, 0551-12315, +8655112315 and 008655112315 are one number.
// Nothing is allocated.
func (c *Compiled) Resolve(a *Asked) (r Resolved) {
	l := c.lines[a.Trunk]
	if l == nil {
		l = &line{area: c.home.Area}
	}
	var room [2 * numbering.MaxDigits]byte
	entry, owner, area := (*listed)(nil), "", ""
	for _, dialled := range a.Dialled {
		form, ok := numbering.Append(room[:0], dialled, l.area)
		if !ok {
			continue
		}
		if d, assigned := l.dids[string(form)]; assigned {
			entry, owner = d.number, d.city
		} else {
			entry, area = c.find(form, l)
		}
		if entry != nil && entry.Service && a.Trunk != "" {
			entry = nil
		}
		if entry != nil {
			r.Dialled = dialled
			break
		}
	}
	if form, ok := numbering.Append(room[:0], a.Called, l.area); ok && owner == "" {
		if d, assigned := l.dids[string(form)]; assigned {
			owner = d.city
			if entry == nil {
				entry, r.Dialled = d.number, a.Called
			}
		}
	}
	if entry == nil {
		return Resolved{}
	}
	r.Number = entry.Number
	switch {
	case owner != "":
		r.City, r.By = owner, ByDID
	case entry.city != "":
		r.City, r.By = entry.city, ByNumber
	case l.city != "":
		r.City, r.By = l.city, ByTrunk
	default:
		c.locate(&r, area, a.Caller)
	}
	return r
}

// find looks a number in national form up, as it is and without an area code of
// ours. area is that code.
func (c *Compiled) find(form []byte, l *line) (entry *listed, area string) {
	n := numbering.AreaLen(form)
	switch is := c.codes[string(form[:n])]; {
	case is.area != "":
		area = is.area
	case l.area == string(form[:n]):
		area = l.area
	}
	if entry := c.ledger[string(form)]; entry != nil {
		return entry, area
	}
	if area == "" {
		return nil, ""
	}
	if entry := c.ledger[string(form[n:])]; entry != nil && !entry.Service {
		return entry, area
	}
	return nil, ""
}

// locate finds whose a call is by the area code that was dialled, then by the
// caller. Where a code leaves it open, the caller may still say which of its
// cities it is.
func (c *Compiled) locate(r *Resolved, area, caller string) {
	dialled, own := c.codes[area], c.codes[caller[:numbering.AreaLen(caller)]]
	open := dialled
	if len(open.cities) == 0 {
		open = own
	}
	switch {
	case dialled.city != "":
		r.City, r.By = dialled.city, ByArea
		return
	case own.city != "" && among(open.cities, own.city, ""):
		r.City, r.By = own.city, ByCaller
		return
	}
	if i, ok := c.prefixes.Find(caller); ok {
		if city := c.prefixCity[i]; city != nil && (len(open.cities) == 0 || among(open.cities, city.Name, city.Parent)) {
			r.City, r.By = city.Name, ByPrefix
			return
		}
	}
	switch {
	case len(open.cities) > 0:
		r.Open = open.area
	case c.home.Name != "":
		r.City, r.By = c.home.Name, ByHome
	}
}

// among says whether a city, or the one that it is a county of, is one of those.
func among(cities []string, city, parent string) bool {
	return slices.Contains(cities, city) || parent != "" && slices.Contains(cities, parent)
}
