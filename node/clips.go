package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hotline12345/hotline/ivr/prompt"
)

// clips are all recordings as A-law samples: the embedded ones, and those of
// the data folder, where prompts/NAME.wav takes the place of the embedded clip
// of that name or is one more.
type clips map[string][]byte

func loadClips(folder string) (clips, error) {
	out := clips{}
	for _, name := range prompt.Names() {
		out[name], _ = prompt.Samples(name)
	}
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".wav")
		if !ok || f.IsDir() {
			continue
		}
		path := filepath.Join(folder, f.Name())
		wav, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if out[name], err = prompt.Decode(wav); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return out, nil
}

// samples is what the media plane asks.
func (c clips) samples(name string) ([]byte, bool) {
	samples, ok := c[name]
	return samples, ok
}

func (c clips) names() []string {
	var out []string
	for name := range c {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
