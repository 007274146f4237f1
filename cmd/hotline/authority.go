package main

import (
	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
)

// authorised refuses what the provincial text forbids (皖政办秘[2021]65号: no new
// hotlines) unless the command names the document that allows it: a new or renamed
// number, and the return of one that was merged or cancelled. What only folds a
// number into 12345 needs none. The revision keeps the 文号 with the number.
func authorised(cmd *cobra.Command, kind string, before, after *config.Plan, name string) error {
	if kind != "number" {
		return nil
	}
	was, is := before.Numbers.Get(name), after.Numbers.Get(name)
	if is == nil || cmd.Flags().Changed("authority") && is.Authority != "" {
		return nil
	}
	what, en := "", ""
	switch {
	case folded(is):
	case was == nil:
		what, en = "新设号码", "a new number"
	case folded(was):
		what, en = "恢复号码", "the return of a number that was merged or cancelled"
	case was.Name != is.Name:
		what, en = "号码更名", "a number's new name"
	}
	if what == "" {
		return nil
	}
	return usage(what+"须有批准文号", "%s needs --authority 文号, the document that allows it", en)
}

// folded says whether a number's callers are 12345's.
func folded(n *config.Number) bool {
	return n.Status == "cancelled" || n.Status == "not_set_up" || n.Mode == "merged" && n.Status != "reassigned"
}
