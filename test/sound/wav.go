package sound

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Format codes of RIFF/WAVE.
const (
	formatPCM  = 1
	formatALaw = 6
)

// WAV is a file of 16-bit linear samples, 8 kHz, one channel.
func WAV(samples []int16) []byte {
	data := make([]byte, 0, 2*len(samples))
	for _, s := range samples {
		data = binary.LittleEndian.AppendUint16(data, uint16(s))
	}
	return wav(formatPCM, 16, data)
}

// ALawWAV is a file of A-law samples, 8 kHz, one channel.
func ALawWAV(alaw []byte) []byte { return wav(formatALaw, 8, alaw) }

func wav(format, bits uint16, data []byte) []byte {
	align := bits / 8
	out := append(make([]byte, 0, 44+len(data)), "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00"...)
	out = binary.LittleEndian.AppendUint16(out, format)
	out = binary.LittleEndian.AppendUint16(out, 1)
	out = binary.LittleEndian.AppendUint32(out, Rate)
	out = binary.LittleEndian.AppendUint32(out, Rate*uint32(align))
	out = binary.LittleEndian.AppendUint16(out, align)
	out = binary.LittleEndian.AppendUint16(out, bits)
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 != 0 {
		out = append(out, 0)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

var (
	errNotWAV    = errors.New("not a RIFF/WAVE file")
	errNoSamples = errors.New("a WAV without a format or samples")
)

// ReadWAV returns a file's samples: 16-bit linear or A-law, 8 kHz, one
// channel. A file that was cut off, or whose writer did not come to fill the
// lengths in, gives what is there.
func ReadWAV(file []byte) ([]int16, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return nil, errNotWAV
	}
	var form []byte
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if size > len(rest) || (size == 0 && name == "data") {
			size = len(rest)
		}
		switch name {
		case "fmt ":
			form = rest[:size]
		case "data":
			return samples(form, rest[:size])
		}
		rest = rest[min(size+size%2, len(rest)):]
	}
	return nil, errNoSamples
}

func samples(form, data []byte) ([]int16, error) {
	if len(form) < 16 {
		return nil, errNoSamples
	}
	format, channels := binary.LittleEndian.Uint16(form), binary.LittleEndian.Uint16(form[2:])
	rate, bits := binary.LittleEndian.Uint32(form[4:]), binary.LittleEndian.Uint16(form[14:])
	if channels != 1 || rate != Rate {
		return nil, fmt.Errorf("a WAV of %d channels at %d Hz: wanted is one at %d", channels, rate, Rate)
	}
	switch {
	case format == formatALaw && bits == 8:
		return Decode(data), nil
	case format == formatPCM && bits == 16:
		out := make([]int16, len(data)/2)
		for i := range out {
			out[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
		}
		return out, nil
	}
	return nil, fmt.Errorf("a WAV of format %d with %d bits: wanted is A-law or linear with 16", format, bits)
}
