package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Change is one difference of two plans. From is empty where something was
// added or was not set, To where it was taken out; both are empty where only
// the order of a table's entries differs.
type Change struct {
	Path string `json:"path"` // queues.general.wrap_up
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// String is the change as a line: "~ queues.general.wrap_up: 20s → 30s",
// "+ agents.8021: {name: 王敏}", "- skills.tax" with what went.
func (c Change) String() string {
	switch {
	case c.From == "" && c.To == "":
		return "~ " + c.Path + ": 顺序不同 / in another order"
	case c.From == "":
		return "+ " + c.Path + ": " + c.To
	case c.To == "":
		return "- " + c.Path + ": " + c.From
	}
	return "~ " + c.Path + ": " + c.From + " → " + c.To
}

// Diff is what makes b of a, in the order of the document. It is empty exactly
// where both are written the same.
func Diff(a, b *Plan) []Change {
	var d differ
	d.value("", reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem())
	return d.changes
}

type differ struct{ changes []Change }

// rows is a Table seen by a differ.
type rows interface {
	names() []string
	entry(name string) (reflect.Value, bool)
}

func (d *differ) value(path string, a, b reflect.Value) {
	if ta, ok := asRows(a); ok {
		tb, _ := asRows(b)
		d.table(path, ta, tb)
		return
	}
	if _, whole := a.Interface().(yaml.Marshaler); whole {
		d.whole(path, a, b)
		return
	}
	switch {
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			d.value(join(path, keyOf(a, i)), a.Field(i), b.Field(i))
		}
	case a.Kind() == reflect.Pointer && !a.IsNil() && !b.IsNil():
		d.value(path, a.Elem(), b.Elem())
	case a.Kind() == reflect.Slice && a.Type().Elem().Kind() == reflect.Struct:
		d.list(path, a, b)
	default:
		d.whole(path, a, b)
	}
}

// asRows gives a Table's rows. Values of a differ need not be addressable, so
// the table is copied, not its rows.
func asRows(v reflect.Value) (rows, bool) {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	t, ok := p.Interface().(rows)
	return t, ok
}

// whole compares two values as they are written.
func (d *differ) whole(path string, a, b reflect.Value) {
	if from, to := shown(a), shown(b); from != to {
		d.changes = append(d.changes, Change{Path: path, From: from, To: to})
	}
}

// table compares by name: first what a has, then what only b has.
func (d *differ) table(path string, a, b rows) {
	var left, right []string // what both have, in either's order
	for _, name := range a.names() {
		from, _ := a.entry(name)
		to, stays := b.entry(name)
		if !stays {
			d.changes = append(d.changes, Change{Path: join(path, name), From: present(from)})
			continue
		}
		left = append(left, name)
		d.value(join(path, name), from, to)
	}
	for _, name := range b.names() {
		if _, was := a.entry(name); was {
			right = append(right, name)
			continue
		}
		to, _ := b.entry(name)
		d.changes = append(d.changes, Change{Path: join(path, name), To: present(to)})
	}
	if !slices.Equal(left, right) {
		d.changes = append(d.changes, Change{Path: path})
	}
}

// list compares by place, after what is the same at both ends.
func (d *differ) list(path string, a, b reflect.Value) {
	same := func(i, j int) bool { return shown(a.Index(i)) == shown(b.Index(j)) }
	from, endA, endB := 0, a.Len(), b.Len()
	for from < endA && from < endB && same(from, from) {
		from++
	}
	for endA > from && endB > from && same(endA-1, endB-1) {
		endA, endB = endA-1, endB-1
	}
	for i := from; i < endA || i < endB; i++ {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= endB:
			d.changes = append(d.changes, Change{Path: at, From: present(a.Index(i))})
		case i >= endA:
			d.changes = append(d.changes, Change{Path: at, To: present(b.Index(i))})
		default:
			d.value(at, a.Index(i), b.Index(i))
		}
	}
}

// shown is a value in one line of YAML, "" where it would be left out.
func shown(v reflect.Value) string {
	if v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0 {
		return ""
	}
	return present(v)
}

// present is a value in one line of YAML.
func present(v reflect.Value) string {
	var node yaml.Node
	if err := node.Encode(v.Interface()); err != nil {
		return fmt.Sprint(v.Interface())
	}
	flow(&node)
	out, err := yaml.Marshal(&node)
	if err != nil {
		return fmt.Sprint(v.Interface())
	}
	return strings.TrimSuffix(string(out), "\n")
}

// flow writes a node and all in it in one line.
func flow(node *yaml.Node) {
	switch {
	case node.Kind != yaml.ScalarNode:
		node.Style = yaml.FlowStyle
	case strings.Contains(node.Value, "\n"):
		node.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range node.Content {
		flow(child)
	}
}
