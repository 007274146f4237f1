package config

import _ "embed"

//go:embed anhui.yaml
var anhui []byte

// Anhui is the plan that a first start takes: the province's ledger of numbers,
// as YAML.
func Anhui() []byte { return anhui }

// Areas are the province's area codes, which may stand before a number.
func Areas() []string {
	return []string{
		"0550", "0551", "0552", "0553", "0554", "0555", "0556", "0557", "0558", "0559", "0561", "0562", "0563", "0564", "0566",
	}
}
