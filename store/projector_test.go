package store

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
)

func TestEveryFactIsFoundAgainAsItWas(t *testing.T) {
	log, ctx := newLog(t), t.Context()
	write(t, log, stories(0, 120)...)
	p := startProjector(t, newPath(t), log)
	p.reaches(t, log.Position())
	cdrs, err := p.Store().CDRs(ctx, Filter{Limit: 1000})
	if err != nil || len(cdrs) != 120 {
		t.Fatalf("%d CDRs, %v", len(cdrs), err)
	}
	for i, got := range cdrs {
		n := 119 - i
		want := CDR{uint64(n*storyFacts + 12), storyCDR(n)}
		if got != want {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	}
	steps, err := p.Store().History(ctx, storyID(7).String())
	if err != nil {
		t.Fatal(err)
	}
	at, first := noon+7e9, uint64(7*storyFacts)
	want := []Step{
		{first, at - 9e9, journal.FactCallBegan, Detail{From: "telecom", Caller: "13800000007", Dialled: "055112345", Number: "12315"}},
		{first + 1, at - 7e9, journal.FactEnlisted, Detail{Queue: "general"}},
		{first + 2, at - 6e9, journal.FactPromptHeard, Detail{Clips: "greeting"}},
		{first + 4, at - 5e9, journal.FactOffered, Detail{Queue: "general", Agent: "8008", Phone: "8101", Tier: 1, Strategy: "longest-idle", SortKey: 7, Eligible: 8}},
		{first + 6, at - 3e9, journal.FactBridged, Detail{Agent: "8008"}},
		{first + 8, at, journal.FactMediaCounted, Detail{Leg: (storyID(7) + 1).String(), Side: "caller", Received: 400, Sent: 401, Lost: 1, Late: 2}},
		{first + 9, at, journal.FactMediaCounted, Detail{Leg: (storyID(7) + 2).String(), Side: "answering", Received: 300, Sent: 301}},
	}
	if !reflect.DeepEqual(steps, want) {
		t.Errorf("history\n%+v\nwant\n%+v", steps, want)
	}
	if steps, err := p.Store().History(ctx, "nobody"); err != nil || len(steps) != 0 {
		t.Errorf("an unknown call's history: %v %v", steps, err)
	}
}

func TestAgentsChangesComeNewestFirst(t *testing.T) {
	log, ctx := newLog(t), t.Context()
	write(t, log, stories(0, 30)...)
	p := startProjector(t, newPath(t), log)
	p.reaches(t, log.Position())
	changes, err := p.Store().AgentChanges(ctx, "8008", time.Time{}, time.Unix(0, noon+8e9), 3)
	if err != nil {
		t.Fatal(err)
	}
	at, first := noon+7e9, uint64(7*storyFacts)
	want := []AgentChange{
		{first + 11, at, journal.AgentChanged{Agent: "8008", Phone: "8101", State: "Idle", Why: "call"}},
		{first + 10, at, journal.AgentChanged{Agent: "8008", Phone: "8101", State: "WrapUp", Why: "call"}},
		{first + 7, at - 3e9, journal.AgentChanged{Agent: "8008", Phone: "8101", State: "Talking", Why: "call"}},
	}
	if !reflect.DeepEqual(changes, want) {
		t.Errorf("got\n%+v\nwant\n%+v", changes, want)
	}
	if changes, err = p.Store().AgentChanges(ctx, "8008", time.Unix(0, noon+8e9), time.Time{}, 0); err != nil || len(changes) != 5 {
		t.Errorf("since: %d changes, %v", len(changes), err)
	}
}

func TestRevisionsKeepTheirDocuments(t *testing.T) {
	log, ctx := newLog(t), t.Context()
	var all []Revision
	for n := uint64(1); n <= 3; n++ {
		r := journal.RevisionApplied{Revision: n, Base: n - 1, Author: "王芳", Reason: "a reason", Document: []byte("queues:\n  - 一\n\xff\x00")}
		value, err := journal.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		write(t, log, journal.Turn{At: 1, Facts: []journal.Fact{{At: 1, Civil: noon + int64(n), Type: journal.FactRevision, Value: value}}})
		all = append(all, Revision{Position: n - 1, At: noon + int64(n), RevisionApplied: r})
	}
	p := startProjector(t, newPath(t), log)
	p.reaches(t, 3)
	for _, want := range all {
		got, err := p.Store().Revision(ctx, want.Revision)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, not %+v", got, err, want)
		}
	}
	if _, err := p.Store().Revision(ctx, 4); !errors.Is(err, ErrNotFound) || errors.Is(err, ErrAway) {
		t.Errorf("a revision that is not there: %v", err)
	}
	list, err := p.Store().Revisions(ctx, 2)
	all[2].Document, all[1].Document = nil, nil
	if want := []Revision{all[2], all[1]}; err != nil || !reflect.DeepEqual(list, want) {
		t.Errorf("the list is %+v, %v, not %+v", list, err, want)
	}
}

func TestOnlyWhatIsSyncedIsTaken(t *testing.T) {
	log := newLog(t)
	p := startProjector(t, newPath(t), log)
	write(t, log, stories(0, 3)...)
	p.reaches(t, 3*storyFacts)
	if err := log.Append(stories(3, 5)); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 5*pollEvery)
	defer cancel()
	if err := p.Wait(short, 3*storyFacts+1); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the store took what was not synced: %v", err)
	}
	if err := log.Sync(); err != nil {
		t.Fatal(err)
	}
	p.Bell()
	p.reaches(t, 5*storyFacts)
}

func TestTheJournalLearnsTheCursorAndForgets(t *testing.T) {
	log := newLog(t)
	write(t, log, stories(0, 50)...)
	p := startProjector(t, newPath(t), log)
	p.reaches(t, log.Position())
	// The cursor is told when the database would outlive a power cut: with the
	// first batch, and an idle projector sees to it after the next.
	write(t, log, stories(50, 60)...)
	p.reaches(t, log.Position())
	until(t, "the cursor", func() bool { return log.Stats().Lag == 0 })
	if err := p.Err(); err != nil {
		t.Error(err)
	}
}

func TestFactsThatCannotBeReadAreKeptForALaterVersion(t *testing.T) {
	log, path := newLog(t), newPath(t)
	strange := []journal.Fact{
		{At: 1, Civil: noon, Type: 999, Value: []byte{1, 2, 3}},
		{At: 2, Civil: noon, Type: journal.FactCallEnded, Value: []byte("no CBOR at all")},
		{At: 3, Civil: noon, Type: journal.FactBridged, Value: []byte{0xa1, 0x18, 0x63, 0x01}}, // a field 99
	}
	write(t, log, story(0), journal.Turn{At: 1, Facts: strange}, story(1))
	p := startProjector(t, path, log)
	p.reaches(t, 2*storyFacts+3)
	cdrs, err := p.Store().CDRs(t.Context(), Filter{})
	if err != nil || len(cdrs) != 2 || p.Skipped() != 3 || p.Err() != nil {
		t.Fatalf("%d CDRs, %v; %d skipped; %v", len(cdrs), err, p.Skipped(), p.Err())
	}
	if !p.words.heard("ERROR a fact cannot be read") {
		t.Error("nothing was said of it")
	}
	p.stop()
	// As if the version that could not read a CDR of call 2 had been older.
	conn, facts := second(t, path), story(2).Facts
	if n := number(t, conn, "SELECT count(*) FROM skipped WHERE type IN (999, 2, 6)"); n != 3 {
		t.Errorf("%d facts were kept", n)
	}
	do(t, conn, "UPDATE skipped SET type = 2, value = ? WHERE type = 999", facts[12].Value)
	p = startProjector(t, path, log)
	until(t, "the fact that can be read now", func() bool {
		cdrs, err = p.Store().CDRs(t.Context(), Filter{Call: storyID(2).String()})
		return err == nil && len(cdrs) == 1
	})
	if want := (CDR{storyFacts, storyCDR(2)}); cdrs[0] != want {
		t.Errorf("got %+v, not %+v", cdrs[0], want)
	}
	if n := number(t, conn, "SELECT count(*) FROM skipped"); n != 2 {
		t.Errorf("%d facts are still kept", n)
	}
}

func TestBytesThatAreNoTextAreKept(t *testing.T) {
	log := newLog(t)
	cdr := storyCDR(0)
	cdr.Caller, cdr.Dialled = "a\x00b\xff", "sip:'; DROP TABLE cdr --"
	value, err := journal.Marshal(cdr)
	if err != nil {
		t.Fatal(err)
	}
	write(t, log, journal.Turn{At: 1, Facts: []journal.Fact{{At: cdr.Ended, Civil: cdr.Civil, Type: journal.FactCallEnded, Value: value}}})
	p := startProjector(t, newPath(t), log)
	p.reaches(t, 1)
	got, err := p.Store().CDRs(t.Context(), Filter{Caller: cdr.Caller})
	if err != nil || len(got) != 1 || got[0].CDR != cdr {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestInstantsThatDidNotComeStayZero(t *testing.T) {
	log := newLog(t)
	cdr := journal.CDR{Call: storyID(0), Began: 5, Ended: 7, Civil: noon, Outcome: journal.AbandonedPrompt}
	value, err := journal.Marshal(cdr)
	if err != nil {
		t.Fatal(err)
	}
	write(t, log, journal.Turn{At: 7, Facts: []journal.Fact{{At: 7, Civil: noon, Type: journal.FactCallEnded, Value: value}}})
	p := startProjector(t, newPath(t), log)
	p.reaches(t, 1)
	got, err := p.Store().CDRs(t.Context(), Filter{})
	if err != nil || len(got) != 1 || got[0].CDR != cdr {
		t.Errorf("got %+v, %v", got, err)
	}
}
