package sound

// Silence is A-law's quietest sample.
const Silence = 0xd5

// Decode turns A-law into linear samples (ITU-T G.711, table 1a).
func Decode(alaw []byte) []int16 {
	out := make([]int16, len(alaw))
	for i, b := range alaw {
		out[i] = linear[b]
	}
	return out
}

// Encode turns linear samples into A-law, each into the step that lies
// nearest.
func Encode(samples []int16) []byte {
	out := make([]byte, len(samples))
	for i, s := range samples {
		out[i] = nearest[int(s)>>3+4096]
	}
	return out
}

var (
	linear  = decoded()
	nearest = encoded()
)

// decoded follows the table: segments 0 and 1 have steps of 16, each further
// one twice the step before; a code stands for the middle of its step.
func decoded() (out [256]int16) {
	for code := range 256 {
		b := code ^ 0x55 // even bits are inverted on the line
		segment, step := b>>4&7, b&15
		v := step*16 + 8
		if segment > 0 {
			v = (v + 256) << (segment - 1)
		}
		if b&0x80 == 0 {
			v = -v
		}
		out[code] = int16(v)
	}
	return out
}

// encoded holds the nearest code of each 13-bit value, from -4,096 on.
func encoded() (out [8192]byte) {
	for i := range out {
		v := (i-4096)*8 + 4
		best := 1 << 30
		for code, s := range linear {
			if off := max(v-int(s), int(s)-v); off < best {
				best, out[i] = off, byte(code)
			}
		}
	}
	return out
}
