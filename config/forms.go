package config

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

func (t *Table[T]) decodeNode(d *decoder, node *yaml.Node, path string) {
	if node.Kind != yaml.MappingNode {
		d.fault(node, path, "must be a mapping of names to values")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if seen[key.Value] {
			d.fault(key, join(path, key.Value), "is there twice")
			continue
		}
		seen[key.Value] = true
		row := Row[T]{Name: key.Value, Line: key.Line}
		if value.Tag != "!!null" { // `name:` alone takes every default
			d.value(value, join(path, key.Value), reflect.ValueOf(&row.Value).Elem())
		}
		*t = append(*t, row)
	}
}

// MarshalYAML writes the rows in their order.
func (t Table[T]) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for i := range t {
		var key, value yaml.Node
		if err := key.Encode(t[i].Name); err != nil {
			return nil, err
		}
		if err := value.Encode(t[i].Value); err != nil {
			return nil, err
		}
		node.Content = append(node.Content, &key, &value)
	}
	return node, nil
}

func (d *Duration) decodeNode(dec *decoder, node *yaml.Node, path string) {
	parsed, err := ParseDuration(node.Value)
	if err != nil {
		dec.fault(node, path, "%v", err)
		return
	}
	*d = parsed
}

// MarshalYAML writes the span as people do.
func (d Duration) MarshalYAML() (any, error) { return d.String(), nil }

func (s *Step) decodeNode(d *decoder, node *yaml.Node, path string) {
	switch {
	case node.Kind == yaml.ScalarNode:
		s.Kind = node.Value
		if _, known := stepKeys[s.Kind]; !known {
			d.fault(node, path, "unknown step %q", s.Kind)
		}
	case node.Kind != yaml.MappingNode || len(node.Content) != 2:
		d.fault(node, path, "a step is one word, or one word with its settings")
	default:
		s.decodeKeyed(d, node.Content[0], node.Content[1], path)
	}
}

func (s *Step) decodeKeyed(d *decoder, key, value *yaml.Node, path string) {
	keys, known := stepKeys[key.Value]
	if !known {
		d.fault(key, path, "unknown step %q", key.Value)
		return
	}
	path = join(path, key.Value)
	var body stepBody
	v := reflect.ValueOf(&body).Elem()
	if value.Kind == yaml.ScalarNode && len(keys) > 0 {
		field, _ := fieldOf(v, keys[0], keys)
		d.value(value, path, field)
	} else {
		d.structure(value, path, v, keys)
	}
	*s = body.step(key.Value)
}

// MarshalYAML writes the step the short way where there is one.
func (s Step) MarshalYAML() (any, error) {
	body := s.body()
	var value yaml.Node
	if err := value.Encode(body); err != nil {
		return nil, err
	}
	if len(value.Content) == 0 {
		return s.Kind, nil
	}
	value.Style = yaml.FlowStyle
	if keys := stepKeys[s.Kind]; len(value.Content) == 2 && value.Content[0].Value == keys[0] && value.Content[1].Kind == yaml.ScalarNode {
		value = *value.Content[1]
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: s.Kind}, &value}}, nil
}

// Encode writes a plan as `hotline config export` shows it.
func (p *Plan) Encode() ([]byte, error) { return yaml.Marshal(p) }
