package admin

import (
	"context"
	"fmt"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// NewLinks asks for links with which people who have no password set one: those of
// a page of a workspace's users, after an id.
type NewLinks struct {
	Workspace string      `json:"workspace"`
	After     chat.UserID `json:"after"`
	Days      int         `json:"days"` // for which they are good
}

// Link is one person's, shown once.
type Link struct {
	UserID chat.UserID `json:"user_id"`
	Name   string      `json:"name"`
	Email  string      `json:"email"`
	Path   string      `json:"path"` // of the URL, with the code
}

// LinksPage is a page; Next is where the next one begins, "" after the last.
type LinksPage struct {
	Links []Link      `json:"links"`
	Next  chat.UserID `json:"next"`

	workspace chat.WorkspaceID
}

func (p LinksPage) ids() []any { return []any{"workspace", string(p.workspace), "links", len(p.Links)} }

// MaxLinkDays is how long a link is good at most.
const MaxLinkDays = 90

// MakeLinks makes a link for each active person who has no password, as an import
// leaves them. One that was made for them so before is good no more.
func (l Local) MakeLinks(ctx context.Context, n NewLinks) (LinksPage, error) {
	if n.Days < 1 || n.Days > MaxLinkDays {
		return LinksPage{}, plainly(chat.NewError(chat.Invalid, "days"), "a link is good for 1 to %d days", MaxLinkDays)
	}
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return LinksPage{}, err
	}
	users, err := l.Store.Workspace(w.ID).Users(ctx, n.After, peoplePage)
	if err != nil {
		return LinksPage{}, fmt.Errorf("list the users: %w", err)
	}
	page := LinksPage{Links: []Link{}, workspace: w.ID}
	for _, u := range users {
		if u.Deleted || u.Bot != "" || u.ID == chat.Slackbot {
			continue
		}
		hash, err := l.Store.Workspace(w.ID).PasswordHash(ctx, u.ID)
		if err != nil {
			return page, fmt.Errorf("user %s: %w", u.Name, err)
		}
		if hash != "" {
			continue
		}
		link, err := l.link(ctx, u, n.Days)
		if err != nil {
			return page, fmt.Errorf("a link for %s: %w", u.Name, err)
		}
		page.Links = append(page.Links, link)
	}
	if len(users) == peoplePage {
		page.Next = users[len(users)-1].ID
	}
	return page, nil
}

func (l Local) link(ctx context.Context, u chat.User, days int) (Link, error) {
	code, hash, err := auth.NewEntryCode(u.Workspace)
	if err != nil {
		return Link{}, err
	}
	_, err = l.Store.Workspace(u.Workspace).CreateEntryCode(ctx, operator, store.TokenHash(hash), store.EntryCode{
		Kind: store.PasswordReset, User: u.ID, Uses: 1, ExpiresMS: chat.Now().Add(time.Duration(days) * 24 * time.Hour).UnixMilli(),
	})
	return Link{UserID: u.ID, Name: u.Name, Email: u.Email, Path: "/reset#" + code}, err
}

// MakeLinks makes links.
func (c *Client) MakeLinks(ctx context.Context, n NewLinks) (LinksPage, error) {
	return call[LinksPage](ctx, c, "/admin/users/links", n)
}
