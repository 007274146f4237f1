package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// markedFacts is for how many of the last facts the store remembers what they
// looked like.
const markedFacts = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendMark appends what a fact looks like, in four bytes.
func appendMark(to []byte, f journal.Fact) []byte {
	var head [18]byte
	binary.BigEndian.PutUint16(head[:], uint16(f.Type))
	binary.BigEndian.PutUint64(head[2:], uint64(f.At))
	binary.BigEndian.PutUint64(head[10:], uint64(f.Civil))
	return binary.BigEndian.AppendUint32(to, crc32.Update(crc32.Checksum(head[:], castagnoli), castagnoli, f.Value))
}

// settle finds out whether the journal is the one that the database was fed
// from. If it lost its tail (a disk that lied, a copy that was put back), the
// store goes on where the two part; if it is another journal, from that one's
// beginning. The rows that are here stay, and the new ones come behind them.
func (d *database) settle(ctx context.Context, source Source) (warning string, err error) {
	if d.position == 0 {
		return "", nil
	}
	synced := source.Synced()
	agreed, compared, err := d.agreed(ctx, source, synced)
	switch {
	case err != nil:
		return "", err
	case agreed == d.position, !compared && d.position <= synced:
		return "", nil // of what it cannot tell, the store believes that it is as ever
	case agreed > 0:
		warning = fmt.Sprintf("the journal lost its facts from position %d to %d, which the store has; it goes on from there", agreed, d.position)
	default:
		warning = fmt.Sprintf("the journal is another one than the store was fed from up to position %d; the store begins anew with it and keeps the old rows", d.position)
	}
	return warning, d.beginEra(ctx, agreed, d.shift+d.position-agreed, warning)
}

// agreed returns the position up to which the journal's facts are those that
// the marks tell of; compared says whether there was anything to compare.
func (d *database) agreed(ctx context.Context, source Source, synced uint64) (position uint64, compared bool, err error) {
	result, err := d.conn.QueryContext(ctx, "SELECT first, sums FROM marks ORDER BY first DESC")
	if err != nil {
		return 0, false, err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		var first uint64
		var sums []byte
		if err := result.Scan(&first, &sums); err != nil {
			return 0, false, err
		}
		if first >= synced {
			continue
		}
		facts, err := source.Read(first, len(sums)/4)
		if _, gone := errors.AsType[*journal.GoneError](err); gone {
			return 0, compared, nil
		}
		if err != nil {
			return 0, false, sourceError{err}
		}
		compared = true
		if n := sameMarks(facts, sums); n > 0 {
			return first + n, true, nil
		}
	}
	return 0, compared, result.Err()
}

// sameMarks counts the leading facts that look as the marks say.
func sameMarks(facts []journal.Fact, sums []byte) (n uint64) {
	var mark [4]byte
	for _, f := range facts {
		if len(sums) < 4 || string(appendMark(mark[:0], f)) != string(sums[:4]) {
			break
		}
		sums = sums[4:]
		n++
	}
	return n
}

// beginEra moves the cursor to a position that does not follow on its own, and
// notes why.
func (d *database) beginEra(ctx context.Context, position, shift uint64, why string) error {
	err := d.transaction(ctx, true, func() error {
		if err := d.moveCursor(ctx, position, shift, 0); err != nil {
			return err
		}
		if err := d.exec(ctx, "DELETE FROM marks WHERE first >= ?", int64(position)); err != nil {
			return err
		}
		return d.exec(ctx, "INSERT INTO eras (position, journal, began, why) VALUES (?, ?, ?, ?)",
			int64(position+shift), int64(position), time.Now().UnixNano(), why)
	})
	if err == nil {
		d.position, d.shift = position, shift
	}
	return err
}
