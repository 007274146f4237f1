package journal_test

import (
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

var value, factValue = make([]byte, 600), make([]byte, 80)

// typical is a turn as a call makes it: three records of 600 bytes, one fact.
// One turn in eight ends the keys of a call.
func typical(n int) journal.Turn {
	id := turn.ID(1<<40 + n/8).String()
	t := journal.Turn{At: turn.Instant(n), Facts: []journal.Fact{{At: turn.Instant(n), Civil: int64(n), Type: journal.FactOffered, Value: factValue}}}
	for _, kind := range []journal.Kind{journal.Call, journal.Leg, journal.Tx} {
		t.Records = append(t.Records, journal.Record{Key: journal.Key{Kind: kind, ID: id}, Value: value, End: n%8 == 7})
	}
	return t
}

func benchLog(b *testing.B) *journal.Log {
	b.Helper()
	folder, err := journal.OpenFolder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	log, _, err := journal.Open(folder, journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = log.Close(); _ = folder.Close() })
	return log
}

// BenchmarkAppend writes one turn a time, with the housekeeping of every
// hundredth; syncs are the disk's time and not measured.
func BenchmarkAppend(b *testing.B) {
	log := benchLog(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := log.Append([]journal.Turn{typical(n)}); err != nil {
			b.Fatal(err)
		}
		if n++; n%100 == 0 {
			b.StopTimer()
			if err := log.Sync(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if err := log.Retire(64); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.SetBytes(int64(log.Stats().Bytes) / int64(n))
}

// BenchmarkAppendBatch writes 16 turns with one write, as where many wait.
func BenchmarkAppendBatch(b *testing.B) {
	log := benchLog(b)
	b.ReportAllocs()
	turns := make([]journal.Turn, 16)
	n := 0
	for b.Loop() {
		for i := range turns {
			turns[i] = typical(n)
			n++
		}
		if err := log.Append(turns); err != nil {
			b.Fatal(err)
		}
		if n%1600 == 0 {
			b.StopTimer()
			if err := log.Sync(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if err := log.Retire(64); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/turn")
}

// BenchmarkRead reads facts on and on, 256 a time, as a projection does that is
// behind.
func BenchmarkRead(b *testing.B) {
	log := benchLog(b)
	log.Cursor("all", 0)
	for n := range 20_000 {
		if err := log.Append([]journal.Turn{typical(n)}); err != nil {
			b.Fatal(err)
		}
	}
	if err := log.Sync(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	from, read := uint64(0), 0
	for b.Loop() {
		facts, err := log.Read(from, 256)
		if err != nil {
			b.Fatal(err)
		}
		read += len(facts)
		if from += uint64(len(facts)); len(facts) < 256 {
			from = 0
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(read), "ns/fact")
}

// BenchmarkReadOne reads the newest fact as soon as it is synced, as a
// projection does that is not behind.
func BenchmarkReadOne(b *testing.B) {
	log := benchLog(b)
	log.Cursor("all", 0)
	b.ReportAllocs()
	n := uint64(0)
	for b.Loop() {
		b.StopTimer()
		if err := log.Append([]journal.Turn{typical(int(n))}); err != nil {
			b.Fatal(err)
		}
		if err := log.Sync(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		facts, err := log.Read(n, 256)
		if err != nil || len(facts) != 1 {
			b.Fatalf("%d facts, %v", len(facts), err)
		}
		n++
	}
}

// BenchmarkOpen starts on a full segment: 24 thousand turns, 3 thousand live
// keys.
func BenchmarkOpen(b *testing.B) {
	folder, err := journal.OpenFolder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	log, _, err := journal.Open(folder, journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for n := range 24_000 {
		t := typical(n)
		for i := range t.Records {
			t.Records[i].End = t.Records[i].End && n%24_000 < 16_000
		}
		if err := log.Append([]journal.Turn{t}); err != nil {
			b.Fatal(err)
		}
	}
	if err := log.Sync(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := log.Close(); err != nil {
			b.Fatal(err)
		}
		if log, _, err = journal.Open(folder, journal.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	_ = log.Close()
}
