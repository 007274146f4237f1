package journal_test

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// factValues are the structs of facts, in the order of their types but for what
// stands within another.
var factValues = []any{
	journal.CallBegan{},
	journal.CDR{},
	journal.Enlisted{},
	journal.Offered{},
	journal.OfferEnded{},
	journal.Bridged{},
	journal.PromptHeard{},
	journal.MediaCounted{},
	journal.AgentChanged{},
	journal.RevisionApplied{},
	journal.Forwarded{},
	journal.ForwardEnded{},
	journal.Transferred{},
	journal.TransferDone{},
	journal.CDRsReported{},
	journal.ReportedCDR{},
}

// filledIn returns a value of v's type in which no field is zero, and each
// another.
func filledIn(v any) any {
	out := reflect.New(reflect.TypeOf(v)).Elem()
	for i := range out.NumField() {
		n := int64(i + 1)
		switch f := out.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(fmt.Sprint("text ", n))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			if f.Type().Elem().Kind() == reflect.Struct {
				f.Set(reflect.Append(f, reflect.ValueOf(filledIn(reflect.Zero(f.Type().Elem()).Interface()))))
				continue
			}
			f.SetBytes([]byte{byte(n)})
		case reflect.Int, reflect.Int64:
			f.SetInt(-n)
		default:
			f.SetUint(uint64(n))
		}
	}
	return out.Interface()
}

// TestNumbersAreForGood: the numbers of kinds and types of facts are in
// journals. This list may only grow.
func TestNumbersAreForGood(t *testing.T) {
	names := []string{
		"call", "leg", "tx", "binding", "agent", "queue", "trunk", "nonce-key", "ban", "revision", "secret", "listener", "clock",
	}
	for i, name := range names {
		if kind := journal.Kind(i + 1); kind.String() != name || kinds[i] != kind {
			t.Errorf("kind %d is %s, must be %s", i+1, kind, name)
		}
	}
	for _, none := range []journal.Kind{0, journal.Kind(len(names) + 1), 255} {
		if got := none.String(); got != fmt.Sprint("kind ", uint8(none)) {
			t.Errorf("kind %d is called %q: is the list of this test complete?", uint8(none), got)
		}
	}
	types := []journal.FactType{
		journal.FactCallBegan, journal.FactCallEnded, journal.FactEnlisted, journal.FactOffered, journal.FactOfferEnded,
		journal.FactBridged, journal.FactPromptHeard, journal.FactMediaCounted, journal.FactAgentState, journal.FactRevision,
		journal.FactForwarded, journal.FactForwardEnded, journal.FactTransferred, journal.FactTransferDone, journal.FactCDRsReported,
	}
	for i, got := range types {
		if int(got) != i+1 {
			t.Errorf("the fact whose number was %d has %d", i+1, got)
		}
	}
}

// TestFactFields: every field has a number of its own and is left out when it
// is zero, so that a fact costs what it says.
func TestFactFields(t *testing.T) {
	for _, v := range factValues {
		model := reflect.TypeOf(v)
		seen := map[int]bool{}
		for i := range model.NumField() {
			number, rest, _ := strings.Cut(model.Field(i).Tag.Get("cbor"), ",")
			n, err := strconv.Atoi(number)
			if err != nil || n != i+1 || seen[n] || rest != "keyasint,omitempty" {
				t.Errorf("%s.%s has the tag %q", model, model.Field(i).Name, model.Field(i).Tag)
			}
			seen[n] = true
		}
		if data := encoded(t, v); len(data) != 1 {
			t.Errorf("%s without anything takes %d bytes", model, len(data))
		}
		full := filledIn(v)
		back := reflect.New(model)
		if err := journal.Unmarshal(encoded(t, full), back.Interface()); err != nil || !reflect.DeepEqual(back.Elem().Interface(), full) {
			t.Errorf("%+v came back as %+v, %v", full, back.Elem(), err)
		}
	}
}

// TestCDRBytes pins a CDR as it stands in journals.
func TestCDRBytes(t *testing.T) {
	cdr := journal.CDR{
		Call: turn.ID(1<<40 + 1), From: "telecom", Caller: "13800000001", Began: 1e9, Ended: 61e9, Civil: 1795521600e9,
		Queue: "general", Agent: "8001", Outcome: journal.Answered, EndedBy: "caller", Resumed: true,
	}
	const want = "ab011b000001000000000102" + "6774656c65636f6d" + "036b3133383030303030303031" + "061a3b9aca00" + "0d1b0000000e33e22200" +
		"0e1b18eaf961d28a8000" + "0f6767656e6572616c" + "106438303031" + "1368616e737765726564" + "146663616c6c6572" + "1819f5"
	if got := hex.EncodeToString(encoded(t, cdr)); got != want {
		t.Errorf("the CDR is\n%s, must be\n%s", got, want)
	}
}
