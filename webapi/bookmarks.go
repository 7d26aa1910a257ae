package webapi

import (
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"taut/chat"
	"taut/store"
)

var bookmarkErrors = map[string]string{
	"limited:bookmarks":  "too_many_bookmarks",
	"not_found:bookmark": "not_found",
	"not_member":         "access_denied",
	"archived":           "permission_denied",
}

func (s *Server) bookmarksMethods() []method {
	write := []string{"bookmarks:write"}
	errors := bookmarkErrors
	return []method{
		{name: "bookmarks.add", handle: s.bookmarksAdd, scopes: write, required: []string{"title", "type"}, errors: errors},
		{name: "bookmarks.edit", handle: s.bookmarksEdit, scopes: write, errors: errors},
		{name: "bookmarks.remove", handle: s.bookmarksRemove, scopes: write, errors: errors},
		{name: "bookmarks.list", handle: s.bookmarksList, scopes: []string{"bookmarks:read"}, errors: errors},
	}
}

type bookmarkAnswer struct {
	reply
	Bookmark store.BookmarkObject `json:"bookmark"`
}

func (s *Server) bookmarksAdd(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel_id"))
	if err != nil {
		return nil, err
	}
	if q.args.text("type") != "link" {
		return nil, fail("invalid_bookmark_type")
	}
	b := store.Bookmark{Channel: c.ID, By: q.caller.User}
	if err := q.readBookmark(&b, true); err != nil {
		return nil, err
	}
	if b, err = q.workspace.AddBookmark(ctx, b); err != nil {
		return nil, err
	}
	return &bookmarkAnswer{Bookmark: b.Object(q.caller.Workspace)}, nil
}

func (s *Server) bookmarksEdit(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel_id"))
	if err != nil {
		return nil, err
	}
	var given store.Bookmark
	if err := q.readBookmark(&given, false); err != nil {
		return nil, err
	}
	b, err := q.workspace.EditBookmark(ctx, c.ID, q.args.text("bookmark_id"), q.caller.User, func(b *store.Bookmark) {
		if given.Title != "" {
			b.Title = given.Title
		}
		if given.Link != "" {
			b.Link = given.Link
		}
		if q.args.given("emoji") {
			b.Emoji = given.Emoji
		}
	})
	if err != nil {
		return nil, err
	}
	return &bookmarkAnswer{Bookmark: b.Object(q.caller.Workspace)}, nil
}

func (s *Server) bookmarksRemove(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel_id"))
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.RemoveBookmark(ctx, c.ID, q.args.text("bookmark_id"), q.caller.User)
}

type bookmarksListAnswer struct {
	reply
	Bookmarks []store.BookmarkObject `json:"bookmarks"`
}

func (s *Server) bookmarksList(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel_id"))
	if err != nil {
		return nil, err
	}
	if err := q.mayRead(ctx, c); err != nil {
		return nil, err
	}
	all, err := q.workspace.Bookmarks(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	a := &bookmarksListAnswer{Bookmarks: []store.BookmarkObject{}}
	for _, b := range all {
		a.Bookmarks = append(a.Bookmarks, b.Object(q.caller.Workspace))
	}
	return a, nil
}

const (
	maxBookmarkTitle = 256
	maxBookmarkLink  = 2048
)

// readBookmark reads what was given; all that a new one needs must be.
func (q *request) readBookmark(b *store.Bookmark, all bool) error {
	b.Title, b.Link, b.Emoji = strings.TrimSpace(q.args.text("title")), strings.TrimSpace(q.args.text("link")), q.args.text("emoji")
	if utf8.RuneCountInString(b.Title) > maxBookmarkTitle || all && b.Title == "" {
		return invalidArguments("[ERROR] must be of 1 to 256 characters [json-pointer:/title]")
	}
	if b.Link != "" || all {
		if err := checkLink(b.Link); err != nil {
			return err
		}
	}
	if b.Emoji == "" {
		return nil
	}
	name := strings.ToLower(strings.Trim(b.Emoji, ":"))
	if name == "" || len(name) > chat.MaxEmojiName || strings.ContainsFunc(strings.ReplaceAll(name, "::", ""), notOfEmoji) {
		return fail("invalid_emoji")
	}
	b.Emoji = ":" + name + ":"
	return nil
}

// checkLink: a link leads to the web, and nowhere else.
func checkLink(link string) error {
	if len(link) > maxBookmarkLink || !isWebLink(link) {
		return fail("invalid_link")
	}
	return nil
}

// isWebLink is false for what a click would run or open on the reader's machine.
func isWebLink(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
