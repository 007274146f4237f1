package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder reads YAML nodes into the document types, strictly: every fault is
// noted with its place and reading goes on.
type decoder struct{ faults Faults }

// self is implemented by the types that have a YAML form of their own.
type self interface {
	decodeNode(d *decoder, node *yaml.Node, path string)
}

// Parse reads a plan. All faults of form come at once.
func Parse(data []byte) (*Plan, Faults) {
	p := &Plan{}
	return p, parse(data, p)
}

func parse(data []byte, into any) Faults {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return Faults{{Text: strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	if len(doc.Content) == 0 {
		return Faults{{Text: "the document is empty"}}
	}
	d := &decoder{}
	d.value(doc.Content[0], "", reflect.ValueOf(into).Elem())
	return d.faults
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (d *decoder) fault(node *yaml.Node, path, format string, args ...any) {
	d.faults.Add(path, node.Line, format, args...)
}

func (d *decoder) value(node *yaml.Node, path string, v reflect.Value) {
	if node.Kind == yaml.AliasNode {
		d.fault(node, path, "anchors and aliases are not taken: write it out")
		return
	}
	if s, ok := v.Addr().Interface().(self); ok {
		s.decodeNode(d, node, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(node, path, v, nil)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(node, path, v.Elem())
	case reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			d.fault(node, path, "must be a list")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content)))
		for i, item := range node.Content {
			d.value(item, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	default:
		d.scalar(node, path, v)
	}
}

func (d *decoder) scalar(node *yaml.Node, path string, v reflect.Value) {
	if node.Kind != yaml.ScalarNode {
		d.fault(node, path, "must be a single value")
		return
	}
	switch v.Kind() {
	case reflect.String:
		if node.Tag == "!!null" {
			d.fault(node, path, "is empty")
		}
		v.SetString(node.Value)
	case reflect.Bool:
		if node.Tag != "!!bool" {
			d.fault(node, path, "must be true or false, not %q", node.Value)
		}
		v.SetBool(strings.EqualFold(node.Value, "true"))
	case reflect.Int:
		n, err := strconv.Atoi(node.Value)
		if err != nil {
			d.fault(node, path, "must be a whole number, not %q", node.Value)
		}
		v.SetInt(int64(n))
	default:
		panic("config: no way to read a " + v.Type().String())
	}
}

// structure reads a mapping into a struct. only, if not nil, are the keys that
// may stand there.
func (d *decoder) structure(node *yaml.Node, path string, v reflect.Value, only []string) {
	if node.Kind != yaml.MappingNode {
		d.fault(node, path, "must be a mapping of names to values")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		field, known := fieldOf(v, key.Value, only)
		switch {
		case !known:
			d.fault(key, join(path, key.Value), "unknown key; known are: %s", strings.Join(keysOf(v, only), ", "))
		case seen[key.Value]:
			d.fault(key, join(path, key.Value), "is there twice")
		default:
			d.value(value, join(path, key.Value), field)
		}
		seen[key.Value] = true
	}
}

func fieldOf(v reflect.Value, key string, only []string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if name := keyOf(v, i); name == key && name != "" && allowed(name, only) {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func keyOf(v reflect.Value, i int) string {
	name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
	return name
}

func allowed(name string, only []string) bool {
	if only == nil {
		return true
	}
	for _, o := range only {
		if o == name {
			return true
		}
	}
	return false
}

func keysOf(v reflect.Value, only []string) []string {
	var out []string
	for i := range v.NumField() {
		if name := keyOf(v, i); name != "" && allowed(name, only) {
			out = append(out, name)
		}
	}
	return out
}
