// Package e2e runs the real binary against SIPp, baresip and demo's peers, each
// party on its own address of the loopback network.
package e2e

import (
	"os"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/rig"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }
