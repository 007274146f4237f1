package store

import (
	"os"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

// TestWhereverAWriteStopsCursorAndRowsAgree takes the files as a kill leaves
// them after each of the writer's writes: SQLite's log only grows until a
// checkpoint, so that each beginning of it is what some kill leaves.
func TestWhereverAWriteStopsCursorAndRowsAgree(t *testing.T) {
	const (
		calls      = 120
		logHeader  = 32 // SQLite's file format, section 4.1
		logFrame   = 24 + 4096
		resumeEach = 40 // frames
	)
	log, path := newLog(t), newPath(t)
	p := startProjector(t, path, log)
	var facts []journal.Fact
	for n := 0; n < calls; n += 10 {
		write(t, log, stories(n, n+10)...)
		p.reaches(t, log.Position())
	}
	facts, err := log.Read(0, calls*storyFacts)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wal, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	p.stop()

	frames, positions := (len(wal)-logHeader)/logFrame, map[int64]bool{}
	each := 1
	if testing.Short() {
		each = 5
	}
	for frame := 0; frame <= frames; frame += each {
		end := logHeader + frame*logFrame
		if frame < frames {
			end += frame * 97 % logFrame // a part of the next one
		}
		image := newPath(t)
		if err := os.WriteFile(image, file, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(image+"-wal", wal[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		conn := second(t, image)
		if number(t, conn, "PRAGMA user_version") > 0 {
			position := number(t, conn, "SELECT position FROM cursor")
			positions[position] = true
			for query, types := range map[string]map[journal.FactType]bool{
				"SELECT count(*) FROM cdr":          {journal.FactCallEnded: true},
				"SELECT count(*) FROM agent_states": {journal.FactAgentState: true},
				"SELECT count(*) FROM call_facts": {
					journal.FactCallBegan: true, journal.FactEnlisted: true, journal.FactOffered: true, journal.FactBridged: true,
					journal.FactPromptHeard: true, journal.FactMediaCounted: true,
				},
			} {
				want := int64(0)
				for _, f := range facts[:position] {
					if types[f.Type] {
						want++
					}
				}
				if got := number(t, conn, query); got != want {
					t.Fatalf("cut after byte %d of %d, the cursor at %d: %s: %d, not %d", end, len(wal), position, query, got, want)
				}
			}
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		if frame%resumeEach == 0 {
			p := startProjector(t, image, log)
			p.reaches(t, log.Position())
			p.stop()
			hasOnce(t, image, 0, calls)
		}
	}
	if len(positions) < 10 {
		t.Errorf("only %d positions of the cursor were seen in %d frames", len(positions), frames)
	}
}
