package arch

import (
	"go/ast"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	fset, pkgs := load(t)
	var lengths []int
	for _, p := range pkgs {
		for i, file := range p.files {
			data, err := os.ReadFile(p.names[i])
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(string(data), "\n")
			lengths = append(lengths, lines)
			if lines > 400 {
				t.Errorf("%s has %d lines: it holds more than one thing", p.names[i], lines)
			}
			for _, decl := range file.Decls {
				f, ok := decl.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line; n > 80 {
					t.Errorf("%s: %s has %d lines", p.names[i], f.Name.Name, n)
				}
			}
		}
	}
	slices.Sort(lengths)
	if median := lengths[len(lengths)/2]; median > 200 {
		t.Errorf("the median file has %d lines", median)
	}
}
