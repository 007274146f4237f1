package config

import "reflect"

// Clone is a plan of its own, equal to p; nothing done to one shows in the
// other.
func (p *Plan) Clone() *Plan {
	out := clone(reflect.ValueOf(p).Elem()).Interface().(Plan)
	return &out
}

// Unplaced is a Clone that has forgotten the lines of the file it came from:
// what is wrong after an edit has no line there.
func (p *Plan) Unplaced() *Plan {
	out := p.Clone()
	unplace(reflect.ValueOf(out).Elem())
	return out
}

func clone(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(clone(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(clone(v.Index(i)))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(clone(v.Field(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// placed is implemented by Row alone.
type placed interface{ unplace() }

func (r *Row[T]) unplace() { r.Line = 0 }

func unplace(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			unplace(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			unplace(v.Index(i))
		}
	case reflect.Struct:
		if row, ok := v.Addr().Interface().(placed); ok {
			row.unplace()
		}
		for i := range v.NumField() {
			unplace(v.Field(i))
		}
	}
}
