package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

func parse(t *testing.T, source string) *pkg {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &pkg{path: "x", files: []*ast.File{file}}
}
