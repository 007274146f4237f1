package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// ErrNoServer says that nobody listens on the socket.
var ErrNoServer = errors.New("no server runs on this data folder")

// Client asks a running server over its socket. Where the server refuses, the
// error is a *Problem; where there is none, it is ErrNoServer.
type Client struct {
	path string
	http *http.Client
}

// clientTimeout is how long a request may take; the server's own limits are
// shorter.
const clientTimeout = 90 * time.Second

// NewClient returns a client for the socket. Nothing is sent yet.
func NewClient(socket string) *Client {
	c := &Client{path: socket}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	c.http = &http.Client{Timeout: clientTimeout, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			if len(c.path) > longestSocket {
				return nil, fmt.Errorf("the socket's path has %d bytes, a Unix socket's may have %d: %s", len(c.path), longestSocket, c.path)
			}
			return dialer.DialContext(ctx, "unix", c.path)
		},
		MaxIdleConns: 4, IdleConnTimeout: time.Minute,
	}}
	return c
}

// Close ends the connections that are kept for the next request.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// do sends in, if it is not nil, and reads the answer into out, if that is not
// nil. path is escaped already.
func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://hotline"+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %s", ErrNoServer, c.path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the server's socket is another user's: %s", c.path)
	case err != nil:
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		return readProblem(response)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
	if err := json.NewDecoder(response.Body).Decode(out); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}

// longestProblem bounds what is read of a problem: a plan can have many faults.
const longestProblem = 16 << 20

func readProblem(response *http.Response) error {
	p := &Problem{}
	data, err := io.ReadAll(io.LimitReader(response.Body, longestProblem))
	if err != nil || json.Unmarshal(data, p) != nil || p.Status == 0 {
		p = problem(response.StatusCode, "the server answered %s", response.Status)
	}
	return p
}

// ask is do for a GET.
func ask[T any](ctx context.Context, c *Client, path string) (out T, err error) {
	err = c.do(ctx, http.MethodGet, path, nil, &out)
	return out, err
}

// at is a path of escaped parts.
func at(parts ...string) string {
	path := "/v1"
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return path
}
