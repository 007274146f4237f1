package script

// MuLaw turns µ-law into linear samples (ITU-T G.711, table 2a).
func MuLaw(data []byte) []int16 {
	out := make([]int16, len(data))
	for i, b := range data {
		out[i] = muLaw[b]
	}
	return out
}

// EncodeMuLaw turns linear samples into µ-law, each into the nearest value.
func EncodeMuLaw(samples []int16) []byte {
	out := make([]byte, len(samples))
	for i, s := range samples {
		best := 1 << 30
		for code, v := range muLaw {
			if off := max(int(s)-int(v), int(v)-int(s)); off < best {
				best, out[i] = off, byte(code)
			}
		}
	}
	return out
}

var muLaw = func() (out [256]int16) {
	for code := range 256 {
		b := ^code
		v := (b&15<<3+132)<<(b>>4&7) - 132
		if b&0x80 != 0 {
			v = -v
		}
		out[code] = int16(v)
	}
	return out
}()
