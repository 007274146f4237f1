package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/numbering"
)

// City is a city or county as calls need it. A county folds into its city: what
// it has not of its own is the city's.
type City struct {
	Name        string
	Area        string
	Parent      string // of a county
	Queue       string
	Destination string // its own 12345
}

// City finds a city or county, nil for none.
func (c *Compiled) City(name string) *City { return c.cities[name] }

// Area is the home city's area code, or empty.
func (c *Compiled) Area() string { return c.home.Area }

// Sharing are the cities that share an area code, in the plan's order.
func (c *Compiled) Sharing(area string) []string { return c.codes[area].cities }

// code is an area code: whose it is.
type code struct {
	area   string
	cities []string // at least one
	city   string   // the only one, or the default; empty: the code leaves it open
}

// longestCity is how many bytes a city's name may have.
const longestCity = 96

// cities checks them and finds each area code's.
func (c *compiler) cities() {
	c.out.cities, c.out.codes = map[string]*City{}, map[string]code{}
	for i := range c.p.Cities {
		row := &c.p.Cities[i]
		c.city(row)
		out := &City{Name: row.Name, Area: row.Value.Area, Parent: row.Value.Parent, Queue: row.Value.Queue, Destination: row.Value.Destination}
		if parent := c.p.Cities.Get(out.Parent); parent != nil {
			out.Area = cmp.Or(out.Area, parent.Area)
			out.Queue, out.Destination = cmp.Or(out.Queue, parent.Queue), cmp.Or(out.Destination, parent.Destination)
		}
		c.out.cities[row.Name] = out
	}
	for i := range c.p.Cities {
		c.code(&c.p.Cities[i])
	}
	if home := c.out.cities[c.p.Home]; home != nil {
		c.out.home = *home
	} else if c.p.Home != "" {
		c.faults.Add("home", 0, "unknown city %q", c.p.Home)
	}
	c.prefixes()
}

func (c *compiler) city(row *config.Row[config.City]) {
	v, path := &row.Value, "cities."+row.Name
	c.wants(path, row.Line, row.Name != "" && len(row.Name) <= longestCity && !strings.ContainsAny(row.Name, "@?\r\n\t"),
		"a city's name is 1 to %d bytes, without '@' and '?'", longestCity)
	c.wants(path+".area", row.Line, v.Area == "" || numbering.IsArea(v.Area), "%q is no area code: write it like \"0551\"", v.Area)
	if parent := c.p.Cities.Get(v.Parent); v.Parent != "" {
		c.wants(path+".parent", row.Line, parent != nil, "unknown city %q", v.Parent)
		c.wants(path+".parent", row.Line, parent == nil || parent.Parent == "", "%q is a county itself: name its city", v.Parent)
	}
	c.wants(path+".queue", row.Line, v.Queue == "" || c.p.Queues.Get(v.Queue) != nil, "unknown queue %q", v.Queue)
	c.wants(path+".destination", row.Line, v.Destination == "" || c.p.Destinations.Get(v.Destination) != nil, "unknown destination %q", v.Destination)
}

// code counts a city among those of its area code. A county's code is its
// city's, and says the city.
func (c *compiler) code(row *config.Row[config.City]) {
	v := &row.Value
	parent := c.p.Cities.Get(v.Parent)
	if v.Area == "" || parent != nil && parent.Area == v.Area {
		return
	}
	is, known := c.out.codes[v.Area]
	if !known {
		c.out.areas = append(c.out.areas, v.Area)
	}
	byDefault := c.defaultOf(is.cities)
	if byDefault != "" && v.Default {
		c.faults.Add("cities."+row.Name+".default", row.Line, "%s is the default of area code %s already", byDefault, v.Area)
	}
	is.area, is.cities = v.Area, append(is.cities, row.Name)
	switch is.city = ""; {
	case byDefault != "":
		is.city = byDefault
	case v.Default || len(is.cities) == 1:
		is.city = row.Name
	}
	c.out.codes[v.Area] = is
}

func (c *compiler) defaultOf(cities []string) string {
	i := slices.IndexFunc(cities, func(name string) bool { return c.p.Cities.Get(name).Default })
	if i < 0 {
		return ""
	}
	return cities[i]
}

// prefixes finds the plan's city behind each name of the mobile prefixes' table,
// where people write 合肥 as well as 合肥市.
func (c *compiler) prefixes() {
	c.out.prefixes = c.s.Prefixes
	names := c.s.Prefixes.Names()
	c.out.prefixCity = make([]*City, len(names))
	for i, name := range names {
		short := strings.TrimSuffix(name, "市")
		for _, known := range []string{name, short, short + "市"} {
			if city := c.out.cities[known]; city != nil {
				c.out.prefixCity[i] = city
				break
			}
		}
	}
}
