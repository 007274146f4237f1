package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

// secret is a command that gives a phone a password or an agent a PIN.
type secret struct {
	use, short, flag string
	zh, en           string // what it is called
	complete         names
	set              func(*api.Client, context.Context, string, string) (string, error)
}

func (p *program) secretCommand(s *secret) *cobra.Command {
	var given string
	cmd := &cobra.Command{
		Use: s.use, Short: s.short, Args: cobra.ExactArgs(1), ValidArgsFunction: p.first(s.complete),
		RunE: func(cmd *cobra.Command, args []string) error {
			value, err := p.readSecret(cmd, s, given)
			if err != nil {
				return err
			}
			made, err := s.set(p.client(), cmd.Context(), args[0], value)
			switch {
			case err != nil:
				return err
			case p.json:
				return p.writeJSON(api.Secret{Secret: made})
			case value == "":
				return p.say("%s: 新%s,只显示这一次 / a new %s, shown this once: %s", args[0], s.zh, s.en, made)
			}
			return p.say("%s: %s已设 / the %s is set", args[0], s.zh, s.en)
		},
	}
	cmd.Flags().StringVar(&given, s.flag, "", "不给则生成并显示;- 从标准输入读 / made and shown when left out; - reads standard input")
	return cmd
}

// readSecret is the secret given on the command line or on standard input,
// where other users of the machine cannot see it; "" asks for a new one.
func (p *program) readSecret(cmd *cobra.Command, s *secret, given string) (string, error) {
	if given == "-" {
		line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		given = strings.TrimRight(line, "\r\n")
	}
	if given == "" && cmd.Flags().Changed(s.flag) {
		return "", usage("不能为空", "the %s given is empty: leave out --%s and one is made", s.en, s.flag)
	}
	return given, nil
}
