package main

import (
	"context"

	"taut/internal/admin"
)

// botAdd adds an app with a bot user and prints the credentials.
func botAdd(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "bot add")
	f := addAdminFlags(flags)
	var n admin.NewBot
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain` (default: the only one)")
	flags.StringVar(&n.Name, "name", "", "the bot's `handle`")
	flags.StringVar(&n.RealName, "real-name", "", "its full `name` (default: the handle)")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "name"); err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		c, err := a.AddBot(ctx, n)
		if err != nil {
			return err
		}
		return printOnce(std.out, f.json, c, botRows(c))
	})
}
