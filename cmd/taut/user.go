package main

import (
	"context"

	"taut/chat"
	"taut/internal/admin"
)

// userAdd adds a person and prints the credentials.
func userAdd(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "user add")
	f := addAdminFlags(flags)
	var n admin.NewUser
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain` (default: the only one)")
	flags.StringVar(&n.Name, "name", "", "the person's `handle`")
	flags.StringVar(&n.RealName, "real-name", "", "the person's full `name` (default: the handle)")
	flags.StringVar(&n.Email, "email", "", "e-mail `address` (default: made from handle and domain)")
	role := flags.String("role", string(chat.Member), "owner, admin, member, guest or single_guest")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "name"); err != nil {
		return err
	}
	n.Role = chat.Role(*role)
	return withAdmin(ctx, f, func(a admin.Admin) error {
		c, err := a.AddUser(ctx, n)
		if err != nil {
			return err
		}
		return printOnce(std.out, f.json, c, personRows(c))
	})
}
