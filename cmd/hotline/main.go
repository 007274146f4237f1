// Command hotline is the server and its command line.
package main

import (
	"context"
	"os"
	"time"

	_ "time/tzdata" // a bare machine may have no time zones
)

func main() {
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, zone: time.Local, now: time.Now}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}
