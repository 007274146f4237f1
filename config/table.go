package config

// Table is a YAML mapping from names to values that keeps its order: no map,
// so that everything made of a plan is the same each time.
type Table[T any] []Row[T]

// Row is one entry of a Table.
type Row[T any] struct {
	Name  string
	Value T
	Line  int // in the file; 0: from no file
}

// Get returns the value of name, or nil.
func (t Table[T]) Get(name string) *T {
	for i := range t {
		if t[i].Name == name {
			return &t[i].Value
		}
	}
	return nil
}

// Set changes the value of name or adds it at the end.
func (t *Table[T]) Set(name string, value T) {
	if v := t.Get(name); v != nil {
		*v = value
		return
	}
	*t = append(*t, Row[T]{Name: name, Value: value})
}

// Remove takes name out and says whether it was there.
func (t *Table[T]) Remove(name string) bool {
	for i := range *t {
		if (*t)[i].Name == name {
			*t = append((*t)[:i], (*t)[i+1:]...)
			return true
		}
	}
	return false
}
