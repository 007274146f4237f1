package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
)

func TestMobilePrefixesOfTheDataFolderTellCities(t *testing.T) {
	n, log := folder(t)
	n.firstPrompts()
	if n.takePrefixes() != nil || log.Len() > 0 {
		t.Fatalf("without a table: %s", log)
	}
	path := filepath.Join(n.o.Data, prefixTable)
	table := "prefix,city\n1385530,芜湖\n" + strings.Repeat("junk\n", 40)
	if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	n.prefixes = n.takePrefixes()
	if text := log.String(); strings.Count(text, "left out") != toldLines || !strings.Contains(text, "line=3 ") || !strings.Contains(text, "prefixes=1 bad_lines=40") {
		t.Errorf("the log says %s", text)
	}
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	c, faults := plan.Compile(p, n.Surroundings(), 1)
	if faults != nil {
		t.Fatal(faults)
	}
	if r := c.Resolve(&plan.Asked{Dialled: []string{"12345"}, Caller: "13855301234"}); r.City != "芜湖" || r.By != plan.ByPrefix {
		t.Errorf("the call is %+v", r)
	}
}

func TestATableThatCannotBeReadKeepsNothingFromStarting(t *testing.T) {
	n, log := folder(t)
	path := filepath.Join(n.o.Data, prefixTable)
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if n.takePrefixes() != nil || !strings.Contains(log.String(), "left out") {
		t.Errorf("a folder: %s", log)
	}
	log.Reset()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(largestPrefixes + 1); err != nil { // sparse
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if n.takePrefixes() != nil || !strings.Contains(log.String(), "too large") {
		t.Errorf("a huge file: %s", log)
	}
}
