package journal_test

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// sample has every sort of field that records have.
type sample struct {
	Number  int64          `cbor:"1,keyasint,omitempty"`
	Text    string         `cbor:"2,keyasint,omitempty"`
	Bytes   []byte         `cbor:"3,keyasint,omitempty"`
	List    []sample       `cbor:"4,keyasint,omitempty"`
	Flag    bool           `cbor:"5,keyasint,omitempty"`
	ID      turn.ID        `cbor:"6,keyasint,omitempty"`
	At      turn.Instant   `cbor:"7,keyasint,omitempty"`
	Address netip.AddrPort `cbor:"8,keyasint,omitempty"`
	Small   uint8          `cbor:"30,keyasint,omitempty"`
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	data, err := journal.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestMarshalIsDeterministic(t *testing.T) {
	r := newRig(t, 50, smallSegment)
	for range 300 {
		v := sample{
			Number: int64(r.rand.Uint64()), Text: string(blob(r.rand, 20)), Bytes: blob(r.rand, 1+int(r.rand.Below(300))),
			Flag: r.rand.Below(2) == 0, ID: turn.ID(r.rand.Uint64()), At: turn.Instant(r.rand.Below(1 << 62)),
			Address: netip.AddrPortFrom(netip.AddrFrom4([4]byte(blob(r.rand, 4))), uint16(r.rand.Uint64())), Small: uint8(r.rand.Uint64()),
		}
		for range r.rand.Below(4) {
			v.List = append(v.List, sample{Number: r.rand.Below(30), Address: netip.AddrPortFrom(netip.AddrFrom16([16]byte(blob(r.rand, 16))), 5060)})
		}
		data := encoded(t, v)
		if again := encoded(t, v); !bytes.Equal(data, again) {
			t.Fatalf("encoded twice: %x and %x", data, again)
		}
		var back sample
		if err := journal.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(v, back) {
			t.Fatalf("%+v came back as %+v", v, back)
		}
		if again := encoded(t, back); !bytes.Equal(data, again) {
			t.Fatalf("decoded and encoded again: %x and %x", data, again)
		}
	}
}

// TestFieldOrder: the order of the keys is RFC 8949's, not the struct's, so a
// field that is moved in the source changes no byte. Numbers take their
// shortest form.
func TestFieldOrder(t *testing.T) {
	type straight struct {
		A int `cbor:"1,keyasint"`
		B int `cbor:"24,keyasint"`
		C int `cbor:"256,keyasint"`
	}
	type crooked struct {
		C int `cbor:"256,keyasint"`
		A int `cbor:"1,keyasint"`
		B int `cbor:"24,keyasint"`
	}
	const want = "a30101181818181901001901f4"
	for _, v := range []any{straight{1, 24, 500}, crooked{500, 1, 24}} {
		if got := hex.EncodeToString(encoded(t, v)); got != want {
			t.Errorf("%+v is %s, must be %s", v, got, want)
		}
	}
}

// TestOlderValue: a field that came later is zero in what was written before.
func TestOlderValue(t *testing.T) {
	type before struct {
		Number int64 `cbor:"1,keyasint,omitempty"`
	}
	var now sample
	if err := journal.Unmarshal(encoded(t, before{7}), &now); err != nil || !reflect.DeepEqual(now, sample{Number: 7}) {
		t.Errorf("%+v, %v", now, err)
	}
}

// TestNewerValue is refused, wherever the field is that we do not know.
func TestNewerValue(t *testing.T) {
	type newer struct {
		Number int64 `cbor:"1,keyasint,omitempty"`
		More   int64 `cbor:"31,keyasint,omitempty"`
	}
	type within struct {
		List []newer `cbor:"4,keyasint,omitempty"`
	}
	for _, v := range []any{newer{1, 2}, within{[]newer{{1, 0}, {1, 2}}}, map[string]int{"Number": 1}, map[int]int{-1: 1}} {
		err := journal.Unmarshal(encoded(t, v), &sample{})
		if err == nil || !strings.Contains(err.Error(), "decode *journal_test.sample: a newer version of hotline wrote it; start that version") {
			t.Errorf("%+v: %v", v, err)
		}
	}
	if err := journal.Unmarshal(encoded(t, newer{1, 0}), &sample{}); err != nil {
		t.Errorf("a newer value that has nothing new: %v", err)
	}
}

// TestWireBytesComeBack: texts come from the wire, where anybody may send what
// is no UTF-8; what was written must be readable at the next start.
func TestWireBytesComeBack(t *testing.T) {
	for _, text := range []string{"\xff\xfe", "\x00", "张三\xe5", strings.Repeat("\x80", 70000)} {
		var back sample
		if err := journal.Unmarshal(encoded(t, sample{Text: text}), &back); err != nil || back.Text != text {
			t.Errorf("%.20q came back as %.20q, %v", text, back.Text, err)
		}
	}
}

// TestLargeValuesComeBack: whatever could be written must be readable at the
// next start, however large it has grown.
func TestLargeValuesComeBack(t *testing.T) {
	numbers := make([]uint16, 200_000)
	numbers[len(numbers)-1] = 7
	var back []uint16
	if err := journal.Unmarshal(encoded(t, numbers), &back); err != nil || !reflect.DeepEqual(numbers, back) {
		t.Errorf("%d numbers came back as %d, %v", len(numbers), len(back), err)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	tests := []struct{ name, data string }{
		{"nothing", ""},
		{"another type", "01"},
		{"a text for a number", "a1016161"},
		{"a number too large", "a1181e190100"},
		{"cut short", "a10258ff61"},
		{"more behind it", "a1010100"},
		{"a field twice", "a201010102"},
		{"of no definite length", "bf0101ff"},
		{"an array that claims 2^63 elements", "a1049b8000000000000000"},
		{"a map that claims 2^32 pairs", "ba80000000"},
		{"bytes that claim 2^40", "a1035b000001000000000000"},
	}
	for _, test := range tests {
		data, err := hex.DecodeString(test.data)
		if err != nil {
			t.Fatal(err)
		}
		if err := journal.Unmarshal(data, &sample{}); err == nil || !strings.HasPrefix(err.Error(), "decode *journal_test.sample: ") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, err := journal.Marshal(func() {}); err == nil || !strings.HasPrefix(err.Error(), "encode func(): ") {
		t.Errorf("a function: %v", err)
	}
}

// FuzzUnmarshal: bytes of any sort are refused, or are a value that is encoded
// and read again as itself.
func FuzzUnmarshal(f *testing.F) {
	for i, v := range factValues {
		data, err := journal.Marshal(filledIn(v))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(i), data)
	}
	full, err := journal.Marshal(sample{Number: -5, Text: "x", Bytes: []byte{1}, List: []sample{{Small: 3}}, Address: netip.MustParseAddrPort("[::1]:5060")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(byte(len(factValues)), full)
	f.Add(byte(len(factValues)), []byte{0xa1, 4, 0x9b, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		model := reflect.TypeOf(sample{})
		if int(which) < len(factValues) {
			model = reflect.TypeOf(factValues[which])
		}
		first, second := reflect.New(model), reflect.New(model)
		if err := journal.Unmarshal(data, first.Interface()); err != nil {
			return
		}
		again, err := journal.Marshal(first.Interface())
		if err != nil {
			t.Fatalf("%+v was read and cannot be written: %v", first.Elem(), err)
		}
		if err := journal.Unmarshal(again, second.Interface()); err != nil {
			t.Fatalf("%x was read, written as %x, and cannot be read: %v", data, again, err)
		}
		if last, err := journal.Marshal(second.Interface()); err != nil || !bytes.Equal(again, last) {
			t.Fatalf("%x was written again as %x, %v", again, last, err)
		}
	})
}

// TestUnmarshalAllocatesLittle: what a few bytes claim to hold is not believed
// before it is there.
func TestUnmarshalAllocatesLittle(t *testing.T) {
	for _, data := range []string{"a1049b000000000001ffff", "a1035b0000000007ffffff", "a1049a7fffffff", "a1027a7fffffff"} {
		b, err := hex.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 100 {
			if journal.Unmarshal(b, &sample{}) == nil {
				t.Fatal("no error")
			}
		}
		runtime.ReadMemStats(&after)
		if n := (after.TotalAlloc - before.TotalAlloc) / 100; n > 4096 {
			t.Errorf("%s: %d bytes", data, n)
		}
	}
}
