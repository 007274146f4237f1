// Command hotline is the server and its command line.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	_ "time/tzdata" // a bare machine may have no time zones
)

func main() {
	root := &cobra.Command{
		Use: "hotline", Short: "12345 政务服务便民热线 / the 12345 hotline's SIP server",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.AddCommand(serve())
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "hotline:", err)
		os.Exit(1)
	}
}
