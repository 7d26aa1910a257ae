package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"taut/internal/admin"
)

// userRevoke ends one token of a person or bot, or all, sessions too.
func userRevoke(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "user revoke")
	f := addAdminFlags(flags)
	var n admin.RevokeTokens
	accountFlags(flags, &n.Account)
	flags.StringVar(&n.TokenID, "token-id", "", "the `id` of one token (default: all of them, and all sessions)")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "name"); err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		r, err := a.Revoke(ctx, n)
		if err != nil {
			return err
		}
		if f.json {
			return json.NewEncoder(std.out).Encode(r)
		}
		_, err = fmt.Fprintf(std.out, "%s: %d tokens and sessions ended\n", r.Name, r.Tokens)
		return err
	})
}

// userPassword gives a person a new password, and prints it.
func userPassword(ctx context.Context, std stdio, args []string) error {
	return onAccount(ctx, std, "user password", args, func(a admin.Admin, n admin.Account) (any, []row, error) {
		p, err := a.ResetPassword(ctx, n)
		return p, []row{{"user", p.Name + " (" + string(p.UserID) + ")"}, {"password", p.Password}}, err
	})
}

// workspaceCode makes a one-time code with which somebody makes a workspace of
// their own, at /setup.
func workspaceCode(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "workspace code")
	f := addAdminFlags(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		c, err := a.MakeSetupCode(ctx, admin.NewCode{})
		if err != nil {
			return err
		}
		return printOnce(std.out, f.json, c, []row{
			{"code", c.Code}, {"at", "/setup#" + c.Code}, {"good until", time.Unix(c.Expires, 0).Format(time.RFC3339)},
		})
	})
}
