// Package rig runs the real binary for the end-to-end tests: each test has a
// server of its own on a loopback network of its own.
package rig

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// parallel is how many of a package's tests run at once: they mostly wait.
const parallel = "4"

var made struct {
	folder      string
	plain, race func() (string, error)
}

// Main runs a package's tests; call it from TestMain and exit with its result.
// It gives them a folder for the binary and lets more of them run at once than
// there are processors. In short mode, which is the unit tests', none runs.
func Main(m *testing.M) int {
	flag.Parse()
	if testing.Short() {
		fmt.Println("the end-to-end tests are no part of short mode")
		return 0
	}
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = flag.Set("test.parallel", parallel) // a number: it cannot fail
	}
	var err error
	if made.folder, err = os.MkdirTemp("", "hl-bin-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(made.folder)
	made.plain = sync.OnceValues(func() (string, error) { return build("hotline", "CGO_ENABLED=0") })
	made.race = sync.OnceValues(func() (string, error) { return build("hotline-race", "CGO_ENABLED=1", "-race") })
	return m.Run()
}

// Build returns the path of the binary, which the test process builds once.
func Build(t testing.TB) string { return built(t, made.plain) }

// BuildRace is Build with the race detector in the binary (needs gcc).
func BuildRace(t testing.TB) string { return built(t, made.race) }

func built(t testing.TB, make func() (string, error)) string {
	t.Helper()
	if make == nil {
		t.Fatal("the package's TestMain does not call rig.Main")
	}
	path, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func build(name, env string, flags ...string) (string, error) {
	_, self, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("the source's place is not known")
	}
	path := filepath.Join(made.folder, name)
	args := append([]string{"build", "-o", path}, flags...)
	cmd := exec.Command("go", append(args, "./cmd/hotline")...)
	cmd.Dir = filepath.Join(filepath.Dir(self), "..", "..", "..")
	cmd.Env = append(os.Environ(), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// Tool returns the path of a program that the test needs. A missing one fails
// the test: `make tools` installs them.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not installed: run `make tools`", name)
	}
	return path
}
