package main

import (
	"context"

	"taut/internal/admin"
)

// workspaceCreate makes a workspace and prints its owner's credentials.
func workspaceCreate(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "workspace create")
	f := addAdminFlags(flags)
	var n admin.NewWorkspace
	flags.StringVar(&n.Domain, "domain", "", "its short `name`: a to z, 0 to 9, hyphens")
	flags.StringVar(&n.Name, "name", "", "its full `name` (default: the domain)")
	flags.StringVar(&n.Owner, "owner", "owner", "the owner's `handle`")
	flags.StringVar(&n.Email, "email", "", "the owner's e-mail `address` (default: made from handle and domain)")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "domain"); err != nil {
		return err
	}
	return withAnyAdmin(ctx, f, func(a admin.Admin) error {
		c, err := a.CreateWorkspace(ctx, n)
		if err != nil {
			return err
		}
		return printOnce(std.out, f.json, c, personRows(c))
	})
}
