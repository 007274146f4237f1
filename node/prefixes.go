package node

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hotline12345/hotline/numbering"
)

const (
	prefixTable     = "prefixes.csv"
	largestPrefixes = 64 << 20 // bytes; China's half million mobile prefixes have 10 million
	toldLines       = 10       // of a table's bad ones
)

// takePrefixes reads the data folder's table of mobile prefixes, DIR/prefixes.csv:
// lines of seven digits and a city. Without it, and where a line of it is no good,
// a mobile's city is not known; the hotline starts in any case.
func (n *Node) takePrefixes() *numbering.Prefixes {
	path := filepath.Join(n.o.Data, prefixTable)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Size() > largestPrefixes {
		n.o.Log.Error("the table of mobile prefixes is left out: it is too large", "file", prefixTable, "bytes", info.Size(), "at_most", largestPrefixes)
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		n.o.Log.Error("the table of mobile prefixes is left out", "file", prefixTable, "error", err)
		return nil
	}
	prefixes, bad := numbering.ParsePrefixes(data)
	for _, b := range bad[:min(len(bad), toldLines)] {
		n.o.Log.Error("a mobile prefix is left out", "file", prefixTable, "line", b.Line, "error", b.Text)
	}
	n.o.Log.Info("mobile prefixes tell callers' cities", "prefixes", prefixes.Len(), "bad_lines", len(bad))
	return prefixes
}
