package arch

// mayImport is the import picture: for each package, which of the project's
// others it may import directly.
var mayImport = map[string][]string{
	"turn":              {},
	"schedule":          {},
	"media/order":       {"turn"},
	"journal":           {"turn"},
	"journal/faultdisk": {"turn", "journal"},
	"config":            {},
	"sip/message":       {},
	"sip/digest":        {"turn"},
	"sip/sdp":           {},
	"sip/transaction":   {"turn", "sip/message"},
	"sip/dialog":        {"turn", "sip/message"},
	"sip/registrar":     {"turn", "sip/message", "sip/digest"},
	"sip/trunk":         {"turn", "numbering", "sip/message", "sip/digest"},
	"numbering":         {},
	"ivr":               {"turn"},
	"ivr/prompt":        {},
	"ivr/prompt/make":   {"ivr/prompt", "ivr/prompt/studio"},
	"ivr/prompt/studio": {"ivr/prompt"},
	"acd":               {"turn"},
	"acd/sim":           {"turn", "acd"},
	"call":              {"numbering", "turn", "journal", "media/order", "ivr", "ivr/prompt", "sip/dialog", "sip/sdp"},
	"plan":              {"numbering", "turn", "schedule", "config", "acd", "ivr", "ivr/prompt", "call", "sip/registrar", "sip/trunk", "sip/message"},
	"core": {
		"turn", "numbering", "journal", "media/order", "plan", "call", "ivr", "acd",
		"sip/message", "sip/digest", "sip/transaction", "sip/dialog", "sip/registrar", "sip/trunk",
	},
	"sip":             {"turn", "sip/message"},
	"media":           {"turn", "media/order", "ivr/prompt"},
	"node":            {"numbering", "turn", "schedule", "journal", "config", "plan", "core", "sip", "sip/message", "sip/digest", "sip/dialog", "sip/transaction", "sip/registrar", "media", "media/order", "ivr/prompt", "store", "api"},
	"store":           {"turn", "journal", "config"},
	"api":             {"turn", "numbering", "schedule", "journal", "config", "plan", "core", "acd", "store"},
	"demo":            {"turn"},
	"demo/live":       {"turn", "demo"},
	"demo/screen":     {"api"},
	"test/sound":      {},
	"test/bench":      {"api"},
	"test/e2e/script": {},
	"test/e2e/rig":    {"api", "config", "demo", "demo/live", "test/sound"},
	"test/sim":        {"turn", "journal", "journal/faultdisk", "config", "plan", "acd", "call", "core", "demo", "media/order", "sip/message", "sip/dialog", "sip/registrar", "sip/transaction"},
	"cmd/hotline":     {"numbering", "schedule", "config", "node", "core", "api", "acd/sim", "plan", "demo", "demo/live", "demo/screen", "ivr", "ivr/prompt", "ivr/prompt/studio"},
}

// pure are the packages that decide: no I/O, no clock, no goroutine, nothing
// that a run would not repeat.
var pure = []string{
	"turn", "schedule", "numbering", "core", "plan", "call", "ivr", "acd", "demo", "media/order",
	"sip/message", "sip/digest", "sip/transaction", "sip/dialog", "sip/sdp", "sip/registrar", "sip/trunk",
}

// pureImports are all that pure packages may import from outside the project.
var pureImports = []string{
	"bytes", "cmp", "crypto/hmac", "crypto/md5", "crypto/sha256", "crypto/subtle", "encoding/base64", "encoding/binary", "encoding/hex",
	"errors", "fmt", "hash", "math", "math/bits", "net/netip", "slices", "sort", "strconv", "strings", "time", "unicode", "unicode/utf8", "unsafe",
}

// pureExceptions are imports that single packages need beside those.
var pureExceptions = map[string][]string{
	"turn":        {"math/rand/v2"}, // ChaCha8, seeded by the caller
	"sip/message": {"github.com/emiago/sipgo/sip"},
	"sip/sdp":     {"github.com/pion/sdp/v3"},
	"sip/digest":  {"github.com/icholy/digest"},
	"plan":        {"_ time/tzdata"},
	"core":        {"runtime/debug"}, // the stack of a panic, for the log
}

// forbidden are names that draw, read a clock or iterate at random though
// their package may be imported.
var forbidden = []string{
	"time.Now", "time.Since", "time.Until", "time.After", "time.AfterFunc", "time.NewTimer", "time.NewTicker", "time.Sleep", "time.Tick",
	"time.LoadLocation", "time.Local",
	"maps.Keys", "maps.Values", "maps.All",
	"sip.GenerateBranch", "sip.GenerateBranchN", "sip.NewResponseFromRequest", "sip.GenerateTagN",
}
