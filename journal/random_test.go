package journal_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
)

func asGone(err error, gone **journal.GoneError) bool { return errors.As(err, gone) }

// TestRandomOperations drives the journal and a model of it with the same
// operations, kills and cuts the power, and compares after each start.
func TestRandomOperations(t *testing.T) {
	seeds, operations := 60, 150
	if testing.Short() {
		seeds = 10
	}
	for n := range seeds {
		t.Run(fmt.Sprint("seed ", n), func(t *testing.T) {
			r := newRig(t, n, smallSegment)
			r.options.Projections = []string{"store"}
			for range operations {
				r.civil += r.rand.Below(1e9)
				r.operate()
				if r.disk.Down() {
					r.restart()
				}
			}
			r.disk.SetFaults(faultdisk.Faults{})
			r.restart()
		})
	}
}

// restart kills the process or cuts the power, and starts again on a disk that
// does not fail while it starts.
func (r *rig) restart() {
	r.disk.SetFaults(faultdisk.Faults{})
	if r.rand.Below(2) == 0 {
		r.kill()
	} else {
		r.powerCut()
	}
}

// operate does one thing of chance. Errors are the disk's, and expected.
func (r *rig) operate() {
	switch r.rand.Below(20) {
	default:
		turns := make([]journal.Turn, r.rand.Below(4))
		for i := range turns {
			turns[i] = r.turn(40, 900)
		}
		for err := r.append(turns...); err != nil && !r.disk.Down() && r.rand.Below(2) == 0; {
			err = r.append(turns...) // the same again
		}
	case 0, 1, 2, 3:
		_ = r.sync()
	case 4, 5, 6:
		_ = r.log.Retire(1 + int(r.rand.Below(8)))
	case 7:
		r.log.Cursor("store", uint64(r.rand.Below(int64(r.log.Synced())+1)))
	case 8:
		if !r.disk.Down() {
			oldest := r.oldest()
			r.readFrom(oldest+uint64(r.rand.Below(int64(r.log.Position()-oldest)+1)), 1+int(r.rand.Below(9)))
		}
	case 9:
		r.disk.KillAtWrite(1 + int(r.rand.Below(8)))
	case 10:
		if r.rand.Below(3) == 0 {
			r.restart()
		}
	case 11:
		r.disk.SetFaults(faultdisk.Faults{WriteFails: r.rand.Below(6), SyncFails: r.rand.Below(4)})
	case 12:
		r.disk.SetFaults(faultdisk.Faults{Capacity: 1 + r.rand.Below(10*smallSegment)})
	case 13:
		if r.rand.Below(4) == 0 { // larger than a segment
			_ = r.append(r.turn(40, 3*smallSegment))
		}
	}
}
