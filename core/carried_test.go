package core_test

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// A caller whom another Hotline sends on rang a number there, whose mode and
// department are his, too: the call is of that number's in our reports.
func TestACallFromAnotherHotlineIsOfTheNumberThatWasRung(t *testing.T) {
	data, err := journal.Marshal(struct {
		Number string `cbor:"1,keyasint"`
	}{"12366"})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.rung(w.invites("10.3.0.1:5060", "12345", "User-to-User: "+hex.EncodeToString(data)+";purpose=hotline;encoding=hex"))
	w.pass(time.Minute)
	if cdr := w.last; cdr.Dialled != "12345" || cdr.Number != "12366" || cdr.Mode != "dual" || cdr.Department != "省税务局" {
		t.Errorf("the CDR says %+v", cdr)
	}
}
