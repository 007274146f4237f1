package live

import "math/bits"

// silence is A-law's quietest sample.
const silence = 0xd5

// aToU and uToA turn A-law into µ-law and back by way of the linear values
// (ITU-T G.711). They are this package's own: a fault of the server's must not
// be mirrored here.
var aToU, uToA = tables()

func tables() (au, ua [256]byte) {
	for i := range 256 {
		au[i], ua[i] = uLaw(fromA(byte(i))), aLaw(fromU(byte(i)))
	}
	return au, ua
}

func fromA(a byte) int {
	a ^= 0x55
	v := int(a&15)<<4 + 8
	if segment := a >> 4 & 7; segment > 0 {
		v = (v + 256) << (segment - 1)
	}
	if a&0x80 == 0 {
		return -v
	}
	return v
}

func aLaw(v int) byte {
	sign := byte(0x80)
	if v < 0 {
		sign, v = 0, -v-1
	}
	segment := max(bits.Len(uint(v))-8, 0)
	shift := max(segment+3, 4)
	return (sign | byte(segment)<<4 | byte(v>>shift&15)) ^ 0x55
}

func fromU(u byte) int {
	u = ^u
	v := (int(u&15)<<3+0x84)<<(u>>4&7) - 0x84
	if u&0x80 != 0 {
		return -v
	}
	return v
}

func uLaw(v int) byte {
	sign := byte(0)
	if v < 0 {
		sign, v = 0x80, -v
	}
	v = min(v, 32635) + 0x84
	segment := bits.Len(uint(v)) - 8
	return ^(sign | byte(segment)<<4 | byte(v>>(segment+3)&15))
}
