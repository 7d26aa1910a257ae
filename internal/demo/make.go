package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/internal/transfer"
	"taut/store"
)

// Welcome is how to sign in.
type Welcome struct {
	Domain   string
	Email    string // of the visitor, the owner
	Others   []string
	Password string // of everybody
}

// Make makes the workspace. Exists "domain" where there is one already.
func Make(ctx context.Context, s *store.Store, files transfer.Files, now time.Time) (Welcome, error) {
	if _, err := s.WorkspaceByDomain(ctx, Domain); err == nil {
		return Welcome{}, chat.NewError(chat.Exists, "domain")
	}
	f, err := os.CreateTemp("", "taut-demo-*.zip")
	if err != nil {
		return Welcome{}, err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(writeExport(f, now), f.Close()); err != nil {
		return Welcome{}, fmt.Errorf("write the demonstration: %w", err)
	}
	report, err := transfer.Import{From: f.Name(), Domain: Domain, New: true, Files: files}.Run(ctx, s)
	if err != nil {
		return Welcome{}, fmt.Errorf("bring the demonstration in: %w", err)
	}
	d := &dressing{Workspace: s.Workspace(report.Workspace), channels: map[string]chat.ChannelID{}, users: map[string]chat.UserID{}}
	w := Welcome{Domain: Domain, Email: people[0].email(), Password: chat.NewSecret(12)}
	for _, p := range people[1:] {
		if !p.bot {
			w.Others = append(w.Others, p.email())
		}
	}
	return w, d.dress(ctx, s, w.Password, now)
}

// dressing is what an export has not.
type dressing struct {
	*store.Workspace
	channels map[string]chat.ChannelID
	users    map[string]chat.UserID
}

func (d *dressing) dress(ctx context.Context, s *store.Store, password string, now time.Time) error {
	all, err := d.Channels(ctx, store.ChannelQuery{})
	if err != nil {
		return fmt.Errorf("list the channels: %w", err)
	}
	for _, c := range all {
		d.channels[c.Name] = c.ID
	}
	hash, err := auth.HashPassword(password)
	if err != nil {
		return err
	}
	for i := range people {
		p := &people[i]
		if p.bot {
			continue
		}
		u, err := d.UserByEmail(ctx, p.email())
		if err == nil {
			err = d.SetPasswordHash(ctx, u.ID, hash)
		}
		if err != nil {
			return fmt.Errorf("password of %s: %w", p.name, err)
		}
		d.users[p.name] = u.ID
	}
	for _, step := range []func(context.Context) error{d.name, d.groups, d.bookmarks} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return d.unread(ctx, now)
}

// name: an export knows a workspace by its domain alone.
func (d *dressing) name(ctx context.Context) error {
	_, err := d.UpdateWorkspace(ctx, store.Actor{User: d.users[people[0].name]}, company, Domain)
	if err != nil {
		return fmt.Errorf("name the workspace: %w", err)
	}
	return nil
}

func (d *dressing) groups(ctx context.Context) error {
	for _, g := range []struct {
		handle, name, what string
		people             []string
	}{
		{"makers", "Makers", "Who makes the product", []string{"tom", "priya", "leo", "olek", "yuki", "ines"}},
		{"bread-club", "Bread club", "Who bakes on Friday", []string{"amara", "leo", "maren", "yuki", "priya"}},
		{"on-call", "On call", "Who has the pager", []string{"olek"}},
	} {
		made, err := d.CreateUsergroup(ctx, chat.Usergroup{Name: g.name, Handle: g.handle, Description: g.what, CreatedBy: d.users["maren"]})
		var members []chat.UserID
		for _, name := range g.people {
			members = append(members, d.users[name])
		}
		if err == nil {
			_, err = d.SetUsergroupUsers(ctx, made.ID, made.CreatedBy, members)
		}
		if err != nil {
			return fmt.Errorf("user group %s: %w", g.handle, err)
		}
	}
	return nil
}

func (d *dressing) bookmarks(ctx context.Context) error {
	for _, b := range []struct{ channel, by, emoji, title, link string }{
		{"product", "ines", ":world_map:", "Roadmap", "https://crumb.example/roadmap"},
		{"product", "ines", ":telephone_receiver:", "Notes from calls", "https://crumb.example/notes"},
		{"engineering", "tom", ":building_construction:", "Builds", "https://git.crumb.example/builds"},
		{"engineering", "olek", ":pager:", "On-call handbook", "https://crumb.example/handbook/on-call"},
		{"support", "amara", ":books:", "Handbook", "https://crumb.example/handbook"},
		{"release-2-4", "ines", ":white_check_mark:", "Checklist", "https://crumb.example/2.4"},
	} {
		_, err := d.AddBookmark(ctx, store.Bookmark{Channel: d.channels[b.channel], Title: b.title, Link: b.link, Emoji: b.emoji, By: d.users[b.by]})
		if err != nil {
			return fmt.Errorf("bookmark %s: %w", b.title, err)
		}
	}
	return nil
}

// unread: in some places the visitor has read what was written until a while ago.
func (d *dressing) unread(ctx context.Context, now time.Time) error {
	visitor := d.users[people[0].name]
	dm, _, err := d.OpenDM(ctx, []chat.UserID{visitor, d.users["tom"]})
	if err != nil {
		return fmt.Errorf("direct message: %w", err)
	}
	d.channels["tom"] = dm.ID
	for _, name := range []string{"general", "support", "engineering", "release-2-4", "deploys", "tom"} {
		if err := d.Mark(ctx, visitor, d.channels[name], chat.MakeTS(now.Add(-27*time.Minute).UnixMilli(), 0)); err != nil {
			return fmt.Errorf("read mark in %s: %w", name, err)
		}
	}
	return nil
}
