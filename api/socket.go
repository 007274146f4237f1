package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// longestSocket is how many bytes a Unix socket's path may have.
const longestSocket = len(syscall.RawSockaddrUnix{}.Path) - 1

// ListenSocket listens on the Unix socket that the CLI talks to. Only the
// process's own user may connect. A socket file that nobody listens on, left by
// a killed server, is removed: the journal's lock has kept a second server out
// of the folder before.
func ListenSocket(path string) (net.Listener, error) {
	if len(path) > longestSocket {
		return nil, fmt.Errorf("the socket's path has %d bytes, a Unix socket's may have %d: %s: choose a shorter data folder", len(path), longestSocket, path)
	}
	if err := clear(path); err != nil {
		return nil, err
	}
	// On Linux the file that bind makes has the socket's own mode, so it is
	// closed to others from its first moment.
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) { failed = unix.Fchmod(int(fd), 0o600) })
		return errors.Join(err, failed)
	}}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen for the CLI: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("close the CLI's socket to others: %w", err), l.Close())
	}
	return l, nil
}

// clear removes a dead socket from the path, and nothing else.
func clear(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("the CLI's socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is in the way: it is no socket", path)
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		return errors.Join(fmt.Errorf("another process listens on %s", path), conn.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("the CLI's socket: %w", err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove the socket of a server that is no more: %w", err)
	}
	return nil
}
