package journal

import (
	"errors"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"
)

var encoding, decoding = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // the options are fixed: only a fault of ours brings this
	}
	dec, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		// Strings come from the wire, where anybody may send bytes that are
		// no UTF-8. What could be written must be readable at the next start.
		UTF8: cbor.UTF8DecodeInvalid,
		// For the same reason no bound on how many there are: lengths are
		// compared with the bytes that follow before anything is made of them.
		MaxArrayElements: math.MaxInt32,
		MaxMapPairs:      math.MaxInt32,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}

// Marshal encodes a record's or a fact's value as CBOR in core deterministic
// encoding (RFC 8949 section 4.2.1): the same value gives the same bytes, so
// that they can be compared.
func Marshal(v any) ([]byte, error) {
	data, err := encoding.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return data, nil
}

// Unmarshal decodes what Marshal wrote into v, which must point to a zero
// value. A field that v does not have is an error: a newer version wrote it,
// and dropping it would lose state.
func Unmarshal(data []byte, v any) error {
	err := decoding.Unmarshal(data, v)
	var unknown *cbor.UnknownFieldError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("decode %T: a newer version of hotline wrote it; start that version: %w", v, err)
	case err != nil:
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}
