package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

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

// accountFlags name a user of a workspace.
func accountFlags(flags *flag.FlagSet, n *admin.Account) {
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain` (default: the only one)")
	flags.StringVar(&n.Name, "name", "", "the `handle` of the person or bot")
}

// userList lists everybody, deactivated or not.
func userList(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "user list")
	f := addAdminFlags(flags)
	var n admin.ListPeople
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain` (default: the only one)")
	if err := parse(flags, args); err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		var all []admin.Person
		for {
			page, err := a.People(ctx, n)
			if err != nil {
				return err
			}
			all = append(all, page.People...)
			if n.After = page.Next; n.After == "" {
				return printPeople(std.out, f.json, all)
			}
		}
	})
}

func printPeople(w io.Writer, asJSON bool, all []admin.Person) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	for _, p := range all {
		state := ""
		if !p.Active {
			state = "deactivated"
		}
		if _, err := fmt.Fprintf(w, "%-20s %-13s %-14s %-11s %s\n", p.Name, p.UserID, p.Role, state, p.Email); err != nil {
			return err
		}
	}
	return nil
}

func userDeactivate(ctx context.Context, std stdio, args []string) error {
	return setActive(ctx, std, "user deactivate", false, args)
}

func userReactivate(ctx context.Context, std stdio, args []string) error {
	return setActive(ctx, std, "user reactivate", true, args)
}

func setActive(ctx context.Context, std stdio, name string, active bool, args []string) error {
	flags := newFlags(std, name)
	f := addAdminFlags(flags)
	n := admin.SetActive{Active: active}
	accountFlags(flags, &n.Account)
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "name"); err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		p, err := a.SetActive(ctx, n)
		if err != nil {
			return err
		}
		return printPeople(std.out, f.json, []admin.Person{p})
	})
}

// userToken makes a further token; those of before stay good.
func userToken(ctx context.Context, std stdio, args []string) error {
	return onAccount(ctx, std, "user token", args, func(a admin.Admin, n admin.Account) (any, []row, error) {
		t, err := a.MakeToken(ctx, n)
		return t, []row{{"user", t.Name + " (" + string(t.UserID) + ")"}, {"token", t.Token}}, err
	})
}

// onAccount acts on the account that the flags name, and prints once what the act
// gives: as it is, in JSON, or in rows.
func onAccount(ctx context.Context, std stdio, name string, args []string, act func(admin.Admin, admin.Account) (any, []row, error)) error {
	flags := newFlags(std, name)
	f := addAdminFlags(flags)
	var n admin.Account
	accountFlags(flags, &n)
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "name"); err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		given, rows, err := act(a, n)
		if err != nil {
			return err
		}
		return printOnce(std.out, f.json, given, rows)
	})
}
