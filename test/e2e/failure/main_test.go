// Package failure drives the real binary through every way in which a call can
// go wrong, with peers that do exactly what a script says, and looks at the
// wire and the CDR.
package failure

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/rig"
)

// parallel is how many of these tests run at once, a processor: nearly all of
// their time they wait for 64·T1.
const parallel = 20

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = flag.Set("test.parallel", strconv.Itoa(parallel*runtime.GOMAXPROCS(0))) // a number: it cannot fail
	}
	os.Exit(rig.Main(m))
}
