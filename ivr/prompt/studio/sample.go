package studio

import (
	"encoding/binary"
	"math"
)

// Format codes of RIFF/WAVE.
const (
	formatPCM        = 1
	formatFloat      = 3
	formatALaw       = 6
	formatMuLaw      = 7
	formatExtensible = 0xfffe
)

// loudest bounds floating-point samples, which may stand above full scale.
const loudest = 100

// sample reads one sample of the header's format, full scale ±1; nil: such a
// format is not known.
func (h *header) sample() func([]byte) float64 {
	le := binary.LittleEndian
	switch [2]uint16{h.format, h.bits} {
	case [2]uint16{formatPCM, 8}:
		return func(b []byte) float64 { return (float64(b[0]) - 128) / 128 }
	case [2]uint16{formatPCM, 16}:
		return func(b []byte) float64 { return float64(int16(le.Uint16(b))) / (1 << 15) }
	case [2]uint16{formatPCM, 24}:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	case [2]uint16{formatPCM, 32}:
		return func(b []byte) float64 { return float64(int32(le.Uint32(b))) / (1 << 31) }
	case [2]uint16{formatFloat, 32}:
		return func(b []byte) float64 { return float64(math.Float32frombits(le.Uint32(b))) }
	case [2]uint16{formatFloat, 64}:
		return func(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }
	case [2]uint16{formatALaw, 8}:
		return func(b []byte) float64 { return float64(fromALaw(b[0])) / (1 << 15) }
	case [2]uint16{formatMuLaw, 8}:
		return func(b []byte) float64 { return float64(fromMuLaw(b[0])) / (1 << 15) }
	}
	return nil
}

// fromALaw is ITU-T G.711's table 1a on the scale of 16 bits: the middle of the
// code's step.
func fromALaw(code byte) int {
	code ^= 0x55 // even bits are inverted on the line
	segment, v := code>>4&7, int(code&15)*16+8
	if segment > 0 {
		v = (v + 256) << (segment - 1)
	}
	if code&0x80 == 0 {
		return -v
	}
	return v
}

// fromMuLaw is ITU-T G.711's table 2a on the scale of 16 bits.
func fromMuLaw(code byte) int {
	code = ^code
	v := (int(code&15)*8+132)<<(code>>4&7) - 132
	if code&0x80 != 0 {
		return -v
	}
	return v
}
