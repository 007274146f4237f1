package plan

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
)

var update = flag.Bool("update", false, "write the faults anew; read them then")

// TestEveryFaultOfABadPlanIsNamedAtOnce: each file of the folder has one kind of
// fault, and beside it stands what is said of it, letter by letter.
func TestEveryFaultOfABadPlanIsNamedAtOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		compiled, faults := Read(data, around(), 7)
		if compiled != nil || len(faults) == 0 {
			t.Errorf("%s is sound", file)
			continue
		}
		said := strings.TrimSuffix(file, ".yaml") + ".txt"
		if *update {
			if err := os.WriteFile(said, []byte(faults.Error()+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(said)
		if err != nil {
			t.Fatal(err)
		}
		if got := faults.Error(); got != strings.TrimSpace(string(want)) {
			t.Errorf("%s\ngot\n%s\nwant\n%s", file, got, want)
		}
	}
}

func TestASoundDocumentIsReadyToRun(t *testing.T) {
	compiled, faults := Read(config.Anhui(), around(), 7)
	if faults != nil || compiled.Revision != 7 || compiled.Flow("hotline") == nil {
		t.Errorf("%+v, %v", compiled, faults)
	}
}

// FuzzRead: no document may panic, also where only part of it can be read.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2048 {
			return
		}
		if compiled, faults := Read(data, around(), 1); (compiled == nil) != (len(faults) > 0) {
			t.Errorf("%v, and %v", compiled, faults)
		}
	})
}
