package media

import "math/bits"

// silenceA is A-law's silence (linear 8).
const silenceA = 0xd5

// aToU and uToA turn A-law into µ-law and back, ITU-T G.711 by way of the
// linear values.
var aToU, uToA = convertTables()

func convertTables() (au, ua [256]byte) {
	for i := range 256 {
		au[i] = linearToU(aToLinear(byte(i)))
		ua[i] = linearToA(uToLinear(byte(i)))
	}
	return au, ua
}

// convert translates from into to, which has room for it and may be from.
func convert(to, from []byte, table *[256]byte) {
	to = to[:len(from)]
	for i, b := range from {
		to[i] = table[b]
	}
}

// aToLinear is a 13-bit A-law sample as 16 bits.
func aToLinear(a byte) int16 {
	a ^= 0x55
	exponent, value := a>>4&7, int16(a&15)<<4+8
	if exponent > 0 {
		value = (value + 0x100) << (exponent - 1)
	}
	if a&0x80 == 0 {
		return -value
	}
	return value
}

// linearToA finds the A-law step that holds the sample.
func linearToA(s int16) byte {
	sign, v := byte(0x80), int(s)
	if v < 0 {
		sign, v = 0, -v-1
	}
	exponent := max(bits.Len(uint(v))-8, 0)
	mantissa := v >> 4
	if exponent > 0 {
		mantissa = v >> (exponent + 3)
	}
	return (sign | byte(exponent)<<4 | byte(mantissa&15)) ^ 0x55
}

// uBias is what µ-law adds so that each segment begins at a power of two.
const uBias = 0x84

// uToLinear is a 14-bit µ-law sample as 16 bits.
func uToLinear(u byte) int16 {
	u = ^u
	value := (int16(u&15)<<3+uBias)<<(u>>4&7) - uBias
	if u&0x80 != 0 {
		return -value
	}
	return value
}

// linearToU finds the µ-law step next to the sample.
func linearToU(s int16) byte {
	sign, v := byte(0), int(s)
	if v < 0 {
		sign, v = 0x80, -v
	}
	v = min(v, 32635) + uBias
	exponent := bits.Len(uint(v)) - 8
	return ^(sign | byte(exponent)<<4 | byte(v>>(exponent+3)&15))
}
