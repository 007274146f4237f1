// Package arch holds the tests of the project's shape: who imports whom, and
// that pure packages are pure (docs/ARCHITECTURE.md, "Who imports whom").
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hotline12345/hotline/"

// pkg is what this test knows of a package: its files without tests.
type pkg struct {
	path    string
	files   []*ast.File
	names   []string
	imports map[string]bool
}

func load(t *testing.T) (*token.FileSet, map[string]*pkg) {
	t.Helper()
	fset := token.NewFileSet()
	pkgs := map[string]*pkg{}
	root := "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		p := pkgs[dir]
		if p == nil {
			p = &pkg{path: dir, imports: map[string]bool{}}
			pkgs[dir] = p
		}
		p.files, p.names = append(p.files, file), append(p.names, path)
		for _, imp := range file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			p.imports[name] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) < 8 {
		t.Fatalf("only %d packages found: the walk is wrong", len(pkgs))
	}
	return fset, pkgs
}

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	_, pkgs := load(t)
	for dir, p := range pkgs {
		allowed, known := mayImport[dir]
		if !known {
			t.Errorf("%s is not in the import graph of this test", dir)
			continue
		}
		for _, name := range sorted(p.imports) {
			local, ours := strings.CutPrefix(name, module)
			if ours && !slices.Contains(allowed, local) {
				t.Errorf("%s may not import %s", dir, local)
			}
			if strings.HasPrefix(name, "github.com/emiago/sipgo") && dir != "sip/message" {
				t.Errorf("%s imports sipgo: only sip/message may", dir)
			}
		}
	}
}

func sorted(set map[string]bool) []string {
	var out []string
	for name := range set {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
