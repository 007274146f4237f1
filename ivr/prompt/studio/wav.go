package studio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// What a file may be.
const (
	MaxFile      = 64 << 20 // bytes
	maxLength    = 5 * time.Minute
	lowestRate   = 4000 // samples in a second
	highestRate  = 192000
	mostChannels = 8
)

// header is a WAV file's "fmt " chunk.
type header struct {
	format, channels, bits uint16
	rate                   uint32
}

// Read takes a RIFF/WAVE file: PCM of 8, 16, 24 or 32 bits, floating point of
// 32 or 64, A-law or µ-law, with 1 to 8 channels, 4,000 to 192,000 samples in a
// second and at most five minutes. A file whose writer did not come to fill its
// lengths in, or that was cut off, gives what is there.
func Read(wav []byte) (*Recording, error) {
	if len(wav) > MaxFile {
		return nil, fmt.Errorf("%d bytes: a file has at most %d", len(wav), MaxFile)
	}
	if len(wav) < 12 || string(wav[:4]) != "RIFF" || string(wav[8:12]) != "WAVE" {
		return nil, errors.New("not a WAV file")
	}
	var h *header
	for rest := wav[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), binary.LittleEndian.Uint32(rest[4:])
		rest = rest[8:]
		n := int(min(uint64(size), uint64(len(rest))))
		switch name {
		case "fmt ":
			var err error
			if h, err = readHeader(rest[:n]); err != nil {
				return nil, err
			}
		case "data":
			if h == nil {
				return nil, errors.New("a WAV file whose sound comes before its header")
			}
			if size == 0 {
				n = len(rest)
			}
			return h.read(rest[:n])
		}
		rest = rest[min(n+n%2, len(rest)):]
	}
	return nil, errors.New("a WAV file without sound")
}

func readHeader(chunk []byte) (*header, error) {
	if len(chunk) < 16 {
		return nil, errors.New("a WAV file with a short header")
	}
	le := binary.LittleEndian
	h := &header{format: le.Uint16(chunk), channels: le.Uint16(chunk[2:]), rate: le.Uint32(chunk[4:]), bits: le.Uint16(chunk[14:])}
	if h.format == formatExtensible && len(chunk) >= 26 {
		h.format = le.Uint16(chunk[24:]) // the first field of the sub-format's GUID
	}
	switch {
	case h.sample() == nil:
		return nil, fmt.Errorf("format %d with %d bits is not known: deliver PCM of 16 or 24 bits", h.format, h.bits)
	case h.channels < 1 || h.channels > mostChannels:
		return nil, fmt.Errorf("%d channels: a file has 1 to %d", h.channels, mostChannels)
	case h.rate < lowestRate || h.rate > highestRate:
		return nil, fmt.Errorf("%d samples in a second: a file has %d to %d", h.rate, lowestRate, highestRate)
	}
	return h, nil
}

// read turns the data chunk into a recording.
func (h *header) read(data []byte) (*Recording, error) {
	width, sample := int(h.bits/8), h.sample()
	frames := len(data) / (width * int(h.channels))
	if length := time.Duration(frames) * time.Second / time.Duration(h.rate); length > maxLength {
		return nil, fmt.Errorf("it lasts %v: a clip lasts at most %v", length.Round(time.Second), maxLength)
	}
	all := make([]float64, frames*int(h.channels))
	for i := range all {
		v := sample(data[i*width:])
		if !(v >= -loudest && v <= loudest) { // not a number, too
			return nil, errors.New("floating-point samples that are no sound: full scale is ±1")
		}
		all[i] = v
	}
	return &Recording{Rate: int(h.rate), Samples: mix(all, int(h.channels))}, nil
}
