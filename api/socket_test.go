package api

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTheSocketIsTheOwnersAlone also where the umask allows all.
func TestTheSocketIsTheOwnersAlone(t *testing.T) {
	for _, umask := range []int{0, 0o777} {
		path := filepath.Join(shortDir(t), "s")
		was := syscall.Umask(umask)
		l, err := ListenSocket(path)
		syscall.Umask(was)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("umask %o: mode %v, %v", umask, info.Mode(), err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket outlives its listener: %v", err)
		}
	}
}

// TestADeadSocketIsRemoved and nothing else is.
func TestADeadSocketIsRemoved(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as kill -9 leaves it
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := NewClient(path).Status(t.Context()); !errors.Is(err, ErrNoServer) {
		t.Errorf("a client of a dead socket: %v", err)
	}
	l, err := ListenSocket(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := ListenSocket(path); err == nil || !strings.Contains(err.Error(), "another process listens") {
		t.Errorf("a second listener: %v", err)
	}
	file := filepath.Join(shortDir(t), "s")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ListenSocket(file); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("a file in the way: %v", err)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != "precious" {
		t.Errorf("the file in the way: %q, %v", data, err)
	}
}

// TestAPathThatIsTooLong is named as that, on both sides.
func TestAPathThatIsTooLong(t *testing.T) {
	path := filepath.Join(shortDir(t), strings.Repeat("x", 100))
	if _, err := ListenSocket(path); err == nil || !strings.Contains(err.Error(), "shorter data folder") {
		t.Errorf("%v", err)
	}
	if _, err := NewClient(path).Status(t.Context()); err == nil || !strings.Contains(err.Error(), "107") {
		t.Errorf("%v", err)
	}
}

// TestWhereThereIsNoServer the client says so.
func TestWhereThereIsNoServer(t *testing.T) {
	_, err := NewClient(filepath.Join(shortDir(t), "s")).Status(t.Context())
	if !errors.Is(err, ErrNoServer) || !strings.Contains(err.Error(), "no server runs on this data folder") {
		t.Fatal(err)
	}
}
