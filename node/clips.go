package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr/prompt"
)

// largestPrompt is how many bytes a recording of the data folder may have: five
// minutes have 4.8 million as PCM.
const largestPrompt = 8 << 20

// recordings are all clips as A-law samples: the embedded ones, and those of
// the data folder, where prompts/NAME.wav takes the place of the embedded clip
// of that name or is one more. Nothing changes them.
type recordings struct {
	samples map[string][]byte
	own     int // of the data folder
}

// clips are the recordings in use. They are swapped whole: who reads them
// waits for nobody, and a clip that is being played is played to its end.
type clips struct {
	inUse   atomic.Pointer[recordings]
	loading sync.Mutex
}

// loadRecordings reads the folder, which need not exist. What is no sound is
// left out and named.
func loadRecordings(folder string) (*recordings, config.Faults) {
	out, faults := &recordings{samples: map[string][]byte{}}, config.Faults(nil)
	for _, name := range prompt.Names() {
		out.samples[name], _ = prompt.Samples(name)
	}
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		faults.Add(filepath.Base(folder), 0, "%v", err)
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".wav")
		if !ok || f.IsDir() {
			continue
		}
		samples, err := readRecording(filepath.Join(folder, f.Name()))
		if err != nil {
			faults.Add(f.Name(), 0, "%v", err)
			continue
		}
		out.samples[name] = samples
		out.own++
	}
	return out, faults
}

func readRecording(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > largestPrompt {
		return nil, fmt.Errorf("%d bytes: a recording has at most %d", info.Size(), largestPrompt)
	}
	wav, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return prompt.Decode(wav)
}

func (n *Node) prompts() string { return filepath.Join(n.o.Data, "prompts") }

// firstPrompts takes what there is: a hotline that speaks with the machine's
// voice is better than none.
func (n *Node) firstPrompts() {
	loaded, faults := loadRecordings(n.prompts())
	for _, f := range faults {
		n.o.Log.Error("a recording is left out", "file", f.Path, "error", f.Text)
	}
	n.clips.inUse.Store(loaded)
}

// ReloadPrompts takes the data folder's recordings anew: all, or, where one is
// no sound, none; the error names each.
func (n *Node) ReloadPrompts() (api.Prompts, error) {
	n.clips.loading.Lock()
	defer n.clips.loading.Unlock()
	loaded, faults := loadRecordings(n.prompts())
	if err := faults.Or(); err != nil {
		return api.Prompts{}, err
	}
	n.clips.inUse.Store(loaded)
	return api.Prompts{Clips: len(loaded.samples), Own: loaded.own}, nil
}

// samples is what the media plane asks.
func (c *clips) samples(name string) ([]byte, bool) {
	samples, ok := c.inUse.Load().samples[name]
	return samples, ok
}

func (c *clips) names() []string {
	var out []string
	for name := range c.inUse.Load().samples {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
