package sim

import (
	"bytes"
	"fmt"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// disk is what outlives the process.
type disk struct {
	keys  []journal.Key
	value map[journal.Key][]byte
	facts []journal.Fact
}

func newDisk() disk { return disk{value: map[journal.Key][]byte{}} }

func (d *disk) commit(t journal.Turn) {
	for _, r := range t.Records {
		if r.End {
			delete(d.value, r.Key)
			continue
		}
		if _, ok := d.value[r.Key]; !ok {
			d.keys = append(d.keys, r.Key)
		}
		d.value[r.Key] = r.Value
	}
	d.facts = append(d.facts, t.Facts...)
}

// open gives the live keys' last values.
func (d *disk) open() []journal.Record {
	var out []journal.Record
	kept, seen := d.keys[:0], map[journal.Key]bool{}
	for _, key := range d.keys {
		if value, ok := d.value[key]; ok && !seen[key] {
			seen[key] = true
			kept = append(kept, key)
			out = append(out, journal.Record{Key: key, Value: value})
		}
	}
	d.keys = kept
	return out
}

// check compares the disk with what the core believes to be on it.
func (d *disk) check(c *core.Core) error {
	var believed core.Outputs
	c.Rewrite(&believed)
	if len(believed.Records) != len(d.value) {
		return fmt.Errorf("the core has %d keys, the disk %d", len(believed.Records), len(d.value))
	}
	for _, r := range believed.Records {
		if !bytes.Equal(d.value[r.Key], r.Value) {
			return fmt.Errorf("%s %s is not on the disk as the core has it", r.Key.Kind, r.Key.ID)
		}
	}
	return nil
}
