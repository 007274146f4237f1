package arch

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

func TestPurePackagesImportNothingThatActs(t *testing.T) {
	_, pkgs := load(t)
	for _, dir := range pure {
		p := pkgs[dir]
		if p == nil {
			continue // its time has not come: mayImport names it already
		}
		for _, name := range sorted(p.imports) {
			if strings.HasPrefix(name, module) || slices.Contains(pureImports, name) || slices.Contains(pureExceptions[dir], name) {
				continue
			}
			t.Errorf("%s is pure and may not import %s", dir, name)
		}
	}
}

func TestPurePackagesDoNothingThatARunWouldNotRepeat(t *testing.T) {
	fset, pkgs := load(t)
	checked := 0
	for _, dir := range pure {
		p := pkgs[dir]
		if p == nil {
			continue
		}
		maps := mapNames(p)
		for _, file := range p.files {
			checked++
			ast.Inspect(file, func(n ast.Node) bool {
				if what := impure(n, maps); what != "" {
					t.Errorf("%s: %s in a pure package", fset.Position(n.Pos()), what)
				}
				return true
			})
		}
	}
	if checked < 20 {
		t.Fatalf("only %d files checked", checked)
	}
}

// TestTheCheckItselfFinds each thing that it is there for.
func TestTheCheckItselfFinds(t *testing.T) {
	for _, source := range []string{
		"func f() { go f() }", "func f() { select {} }", "func f() { _ = time.Now() }",
		"func f(m map[int]int) { for range m {} }", "type s struct{ m map[int]int }; func f(x s) { for range x.m {} }",
		"func f() { for range map[int]int{} {} }", "func f() { m := make(map[int]int); for k := range m { _ = k } }",
		"func f() { c := make(chan int); <-c }", "func f() { _ = maps.Keys(x) }",
	} {
		p := parse(t, "package x\n"+source)
		maps, found := mapNames(p), false
		ast.Inspect(p.files[0], func(n ast.Node) bool {
			found = found || impure(n, maps) != ""
			return true
		})
		if !found {
			t.Errorf("not found: %s", source)
		}
	}
}

// impure says what is wrong with a node, or "".
func impure(n ast.Node, maps map[string]bool) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "go"
	case *ast.SelectStmt:
		return "select"
	case *ast.ChanType:
		return "chan"
	case *ast.RangeStmt:
		switch x := n.X.(type) {
		case *ast.Ident:
			if maps[x.Name] {
				return "range over the map " + x.Name
			}
		case *ast.SelectorExpr:
			if maps[x.Sel.Name] {
				return "range over the map " + x.Sel.Name
			}
		case *ast.CompositeLit:
			if _, ok := x.Type.(*ast.MapType); ok {
				return "range over a map"
			}
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && slices.Contains(forbidden, x.Name+"."+n.Sel.Name) {
			return x.Name + "." + n.Sel.Name
		}
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "a channel"
		}
	}
	return ""
}

// mapNames are the names that stand for a map anywhere in the package: fields,
// variables and parameters. A name that is a map in one place is taken for one
// everywhere, which errs on the safe side.
func mapNames(p *pkg) map[string]bool {
	out := map[string]bool{}
	isMap := func(e ast.Expr) bool {
		switch e := e.(type) {
		case *ast.MapType:
			return true
		case *ast.CompositeLit:
			_, ok := e.Type.(*ast.MapType)
			return ok
		case *ast.CallExpr:
			if f, ok := e.Fun.(*ast.Ident); ok && f.Name == "make" && len(e.Args) > 0 {
				_, ok := e.Args[0].(*ast.MapType)
				return ok
			}
		}
		return false
	}
	for _, file := range p.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				for _, name := range n.Names {
					out[name.Name] = out[name.Name] || isMap(n.Type)
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					typed := n.Type != nil && isMap(n.Type)
					out[name.Name] = out[name.Name] || typed || (i < len(n.Values) && isMap(n.Values[i]))
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if name, ok := left.(*ast.Ident); ok && i < len(n.Rhs) && isMap(n.Rhs[i]) {
						out[name.Name] = true
					}
				}
			}
			return true
		})
	}
	return out
}
