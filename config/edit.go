package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The refusals of an edit that concern a whole entry; one that concerns a
// field is a Fault.
var (
	ErrNoKind  = errors.New("the plan has no such kind of entry")
	ErrNoEntry = errors.New("the plan has no such entry")
	ErrTaken   = errors.New("the plan has an entry of that name")
)

// entries is a Table without its type: what editing needs of it.
type entries interface {
	names() []string
	entry(name string) (reflect.Value, bool)
	add(name string)
	Remove(name string) bool
}

func (t *Table[T]) names() []string {
	out := make([]string, len(*t))
	for i := range *t {
		out[i] = (*t)[i].Name
	}
	return out
}

func (t *Table[T]) entry(name string) (reflect.Value, bool) {
	v := t.Get(name)
	if v == nil {
		return reflect.Value{}, false
	}
	return reflect.ValueOf(v).Elem(), true
}

func (t *Table[T]) add(name string) { *t = append(*t, Row[T]{Name: name}) }

// tables are the kinds of entries that can be edited one by one, and the key
// in the plan under which they stand.
var tables = [][2]string{{"queue", "queues"}, {"agent", "agents"}, {"phone", "phones"}, {"number", "numbers"}, {"trunk", "trunks"}, {"destination", "destinations"}}

// Kinds are the kinds of entries that can be edited one by one: queue, agent,
// phone, number, trunk, destination.
func Kinds() []string {
	out := make([]string, len(tables))
	for i, t := range tables {
		out[i] = t[0]
	}
	return out
}

// of finds the table of a kind and its key in the plan.
func of(p *Plan, kind string) (table entries, key string, err error) {
	for _, t := range tables {
		if t[0] == kind {
			field, _ := fieldOf(reflect.ValueOf(p).Elem(), t[1], nil)
			return field.Addr().Interface().(entries), t[1], nil
		}
	}
	return nil, "", fmt.Errorf("%w: %q; known are: %s", ErrNoKind, kind, strings.Join(Kinds(), ", "))
}

// find finds an entry to be changed, and its path.
func find(p *Plan, kind, name string) (entry reflect.Value, path string, err error) {
	table, key, err := of(p, kind)
	if err != nil {
		return reflect.Value{}, "", err
	}
	entry, ok := table.entry(name)
	if !ok {
		return reflect.Value{}, "", fmt.Errorf("%w: %s", ErrNoEntry, join(key, name))
	}
	return entry, join(key, name), nil
}

// Entry is an entry as it stands in a plan, with the plan's key above it.
func Entry(p *Plan, kind, name string) ([]byte, error) {
	entry, _, err := find(p, kind, name)
	if err != nil {
		return nil, err
	}
	alone := &Plan{}
	table, _, err := of(alone, kind)
	if err != nil {
		return nil, err
	}
	table.add(name)
	row, _ := table.entry(name)
	row.Set(entry)
	return alone.Encode()
}

// Add puts an entry with every default at the end of its table.
func Add(p *Plan, kind, name string) error {
	table, key, err := of(p, kind)
	if err != nil {
		return err
	}
	if _, taken := table.entry(name); taken {
		return fmt.Errorf("%w: %s", ErrTaken, join(key, name))
	}
	if name == "" {
		return Fault{Path: key, Text: "a name is empty"}
	}
	if err := visible(key, reflect.ValueOf(name)); err != nil {
		return err
	}
	table.add(name)
	return nil
}

// Remove takes an entry out. What still refers to it is for plan.Compile to
// name.
func Remove(p *Plan, kind, name string) error {
	table, key, err := of(p, kind)
	if err != nil {
		return err
	}
	if !table.Remove(name) {
		return fmt.Errorf("%w: %s", ErrNoEntry, join(key, name))
	}
	return nil
}

// Set gives a field of an entry a value: text as it stands, anything else as
// YAML, with short forms for lists (general,market) and for skills
// (general=5,tax=3). A value that is refused changes nothing.
func Set(p *Plan, kind, name, field, value string) error {
	entry, path, err := find(p, kind, name)
	if err != nil {
		return err
	}
	target, err := editable(kind, path, field, entry)
	if err != nil {
		return err
	}
	path = join(path, field)
	node, err := write(path, value, target.Type())
	if err != nil {
		return err
	}
	made := reflect.New(target.Type()).Elem()
	d := &decoder{}
	d.value(node, path, made)
	unplace(made)
	for i := range d.faults {
		d.faults[i].Line = 0 // a line of a value says nothing
	}
	if err := d.faults.Or(); err != nil {
		return err
	}
	if err := visible(path, made); err != nil {
		return err
	}
	if made.Kind() == reflect.Slice && made.Len() == 0 {
		made.SetZero() // written and read again, an empty list is none
	}
	target.Set(made)
	return nil
}

// Unset gives a field of an entry its default.
func Unset(p *Plan, kind, name, field string) error {
	entry, path, err := find(p, kind, name)
	if err != nil {
		return err
	}
	target, err := editable(kind, path, field, entry)
	if err != nil {
		return err
	}
	target.SetZero()
	return nil
}

// editable finds a field that may be changed by hand.
func editable(kind, path, field string, entry reflect.Value) (reflect.Value, error) {
	known := fieldNames(kind)
	target, ok := fieldOf(entry, field, known)
	if ok {
		return target, nil
	}
	fault := Fault{Path: join(path, field), Text: "unknown field; known are: " + strings.Join(known, ", ")}
	if secret[kind] == field {
		fault.Text = "is a secret and no part of the plan: set it with `hotline phone password`"
	}
	return reflect.Value{}, fault
}

// write is a value as the YAML node that the decoder takes.
func write(path, value string, t reflect.Type) (*yaml.Node, error) {
	text := strings.TrimSpace(value)
	switch {
	case t.Kind() == reflect.String:
		return scalar(value), nil
	case t == reflect.TypeFor[[]string]() && !strings.HasPrefix(text, "["):
		node := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range parts(text) {
			node.Content = append(node.Content, scalar(item))
		}
		return node, nil
	case t == reflect.TypeFor[Table[int]]() && !strings.HasPrefix(text, "{"):
		node := &yaml.Node{Kind: yaml.MappingNode}
		for _, item := range parts(text) {
			name, level, ok := strings.Cut(item, "=")
			if !ok {
				return nil, Fault{Path: path, Text: fmt.Sprintf("%q is no pair: write it like general=5,tax=3", item)}
			}
			node.Content = append(node.Content, scalar(strings.TrimSpace(name)), scalar(strings.TrimSpace(level)))
		}
		return node, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(value), &doc); err != nil {
		return nil, Fault{Path: path, Text: "is no YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if len(doc.Content) == 0 {
		return nil, Fault{Path: path, Text: "is empty"}
	}
	return doc.Content[0], nil
}

// parts splits general,market; an empty text is an empty list.
func parts(text string) []string {
	if text == "" {
		return nil
	}
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

func scalar(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

// visible refuses text with characters that nobody sees: they have no use in a
// plan, and YAML does not keep all of them.
func visible(path string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		for _, r := range v.String() {
			if !unicode.IsGraphic(r) {
				return Fault{Path: path, Text: fmt.Sprintf("%q has a character that cannot be seen", v.String())}
			}
		}
		if !utf8.ValidString(v.String()) {
			return Fault{Path: path, Text: fmt.Sprintf("%q is no UTF-8", v.String())}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return visible(path, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := visible(path, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := visible(path, v.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}
