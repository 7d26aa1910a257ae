package main

import (
	"context"
	"encoding/csv"
	"encoding/json"

	"taut/internal/admin"
)

// userLinks makes a link for everybody without a password, and prints them as CSV:
// after an import, all get in so.
func userLinks(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "user links")
	f := addAdminFlags(flags)
	var n admin.NewLinks
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain` (default: the only one)")
	flags.IntVar(&n.Days, "days", 14, "how many `days` the links are good")
	public := flags.String("public-url", "", "the server's `URL` (default: the running server's, else that of --config)")
	if err := parse(flags, args); err != nil {
		return err
	}
	base, err := f.publicURL(*public)
	if err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		if server, ok := a.(*admin.Client); ok && *public == "" {
			base = server.Door.URL
		}
		// Each is printed once it is made: it is shown at no other time.
		lines := csv.NewWriter(std.out)
		if !f.json {
			if err := lines.Write([]string{"name", "email", "link"}); err != nil {
				return err
			}
		}
		for {
			page, err := a.MakeLinks(ctx, n)
			if err != nil {
				return err
			}
			for _, l := range page.Links {
				if f.json {
					err = json.NewEncoder(std.out).Encode(personLink{l.Name, l.Email, base + l.Path})
				} else {
					err = lines.Write([]string{l.Name, l.Email, base + l.Path})
				}
				if err != nil {
					return err
				}
			}
			lines.Flush()
			if err := lines.Error(); err != nil {
				return err
			}
			if n.After = page.Next; n.After == "" {
				return nil
			}
		}
	})
}

// personLink is a line of user links --json.
type personLink struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Link  string `json:"link"`
}
