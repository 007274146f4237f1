package prompt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The WAV formats that a clip may have.
const (
	formatPCM  = 1
	formatALaw = 6
)

// Decode returns a WAV file's sound as A-law samples. It must have 8 kHz and
// one channel, as A-law or as PCM of 16 bits.
func Decode(wav []byte) ([]byte, error) {
	if len(wav) < 12 || !bytes.Equal(wav[:4], []byte("RIFF")) || !bytes.Equal(wav[8:12], []byte("WAVE")) {
		return nil, errors.New("not a WAV file")
	}
	format := uint16(0)
	for rest := wav[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		size = min(size, len(rest)) // a file whose header was never closed
		switch name {
		case "fmt ":
			if size < 16 {
				return nil, errors.New("a WAV file with a short header")
			}
			format = binary.LittleEndian.Uint16(rest)
			channels, rate, bits := binary.LittleEndian.Uint16(rest[2:]), binary.LittleEndian.Uint32(rest[4:]), binary.LittleEndian.Uint16(rest[14:])
			if channels != 1 || rate != 8000 || !(format == formatALaw && bits == 8 || format == formatPCM && bits == 16) {
				return nil, fmt.Errorf("%d channels at %d Hz in format %d with %d bits: make it with `sox in.wav -r 8000 -c 1 -e a-law out.wav`", channels, rate, format, bits)
			}
		case "data":
			if format == formatPCM {
				return fromPCM(rest[:size]), nil
			}
			if format == formatALaw {
				return rest[:size:size], nil
			}
			return nil, errors.New("a WAV file whose sound comes before its header")
		}
		rest = rest[min(size+size%2, len(rest)):]
	}
	return nil, errors.New("a WAV file without sound")
}

// Encode is the WAV file of A-law samples, 8 kHz, one channel: what Decode and
// Samples read.
func Encode(samples []byte) []byte {
	le := binary.LittleEndian
	odd := len(samples) % 2
	out := append(make([]byte, 0, 58+len(samples)+odd), "RIFF\x00\x00\x00\x00WAVEfmt \x12\x00\x00\x00"...)
	le.PutUint32(out[4:], uint32(50+len(samples)+odd))
	out = le.AppendUint16(out, formatALaw)
	out = le.AppendUint16(out, 1)
	out = le.AppendUint32(out, 8000)             // samples a second
	out = le.AppendUint32(out, 8000)             // bytes a second
	out = le.AppendUint16(out, 1)                // byte a sample
	out = le.AppendUint16(out, 8)                // bits
	out = le.AppendUint16(out, 0)                // no extension
	out = append(out, "fact\x04\x00\x00\x00"...) // due where the format is not PCM
	out = le.AppendUint32(out, uint32(len(samples)))
	out = le.AppendUint32(append(out, "data"...), uint32(len(samples)))
	out = append(out, samples...)
	return append(out, make([]byte, odd)...)
}

func fromPCM(data []byte) []byte {
	out := make([]byte, len(data)/2)
	for i := range out {
		out[i] = ALaw(int16(binary.LittleEndian.Uint16(data[2*i:])))
	}
	return out
}

// ALaw is ITU-T G.711's encoding of a sample: a sign, a segment and four bits.
func ALaw(sample int16) byte {
	sign, v := byte(0x80), int(sample)
	if v < 0 {
		sign, v = 0, -v
	}
	v = min(v>>4, 2047)
	segment := 0
	for ; v > 31; segment++ {
		v >>= 1
	}
	return (sign | byte(segment<<4+v)) ^ 0x55
}
