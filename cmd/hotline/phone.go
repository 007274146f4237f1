package main

import (
	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) phoneCommand() *cobra.Command {
	group := &cobra.Command{Use: "phone", Short: "分机 / phones"}
	group.AddCommand(
		&cobra.Command{Use: "list", Short: "分机及注册 / phones and where they are", Args: cobra.NoArgs, RunE: p.listPhones},
		p.secretCommand(&secret{
			use: "password PHONE", short: "设密码 / give a phone a password", flag: "password", zh: "密码", en: "password", complete: p.phones,
			set: (*api.Client).SetPassword,
		}),
	)
	p.addEntryCommands(group, "phone")
	return group
}

func (p *program) listPhones(cmd *cobra.Command, _ []string) error {
	phones, err := p.client().Phones(cmd.Context())
	if err != nil {
		return err
	}
	head := []string{"分机 phone", "名称 name", "注册 registered", "可达 reachable", "联系地址 contact", "到期 expires", "坐席 agent"}
	return list(p, phones, "没有分机 / no phones", head, func(x *api.Phone) []string {
		expires := ""
		if x.Expires != nil {
			expires = p.at(*x.Expires)
		}
		return []string{x.Phone, x.Name, yes(x.Registered), yes(x.Reachable), x.Contact, expires, x.Agent}
	})
}

func yes(b bool) string {
	if b {
		return "是 yes"
	}
	return "否 no"
}
