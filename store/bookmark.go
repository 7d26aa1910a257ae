package store

import (
	"context"
	"strings"

	"taut/chat"
)

// maxBookmarks is how many a channel has.
const maxBookmarks = 100

// bookmarkGap is the room between the positions of two bookmarks, for others that
// are moved between them.
const bookmarkGap = 1 << 20

// Bookmark is a link that a channel shows at its top.
type Bookmark struct {
	ID        string
	Channel   chat.ChannelID
	Title     string
	Link      string
	Emoji     string
	Position  int64 // grows from one to the next of a channel
	CreatedMS int64
	UpdatedMS int64       // 0: never changed
	By        chat.UserID // who wrote it last
}

const bookmarkColumns = "bookmark_id, title, link, emoji, position, created_ms, updated_ms, user_id"

func scanBookmark(ch chat.ChannelID, row scanner) (Bookmark, error) {
	b := Bookmark{Channel: ch}
	return b, row.Scan(&b.ID, &b.Title, &b.Link, &b.Emoji, &b.Position, &b.CreatedMS, &b.UpdatedMS, &b.By)
}

// Bookmarks are the channel's, in their order.
func (w *Workspace) Bookmarks(ctx context.Context, ch chat.ChannelID) ([]Bookmark, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT "+bookmarkColumns+" FROM bookmarks WHERE workspace_id = ? AND stream_id = ? ORDER BY position, bookmark_id LIMIT ?",
		w.id, ch, maxBookmarks)
	return collect(rows, err, func(row scanner) (Bookmark, error) { return scanBookmark(ch, row) })
}

// AddBookmark adds one at the end; By must be a member. Errors: Limited
// "bookmarks", NotFound "channel", NotMember, Archived.
func (w *Workspace) AddBookmark(ctx context.Context, b Bookmark) (Bookmark, error) {
	b.ID, b.UpdatedMS = chat.NewID("Bk"), 0
	err := w.changeBookmarks(ctx, b.Channel, b.By, func(t *turn) error {
		var n int
		if err := t.queryRow("SELECT COUNT(*), COALESCE(MAX(position), 0) FROM bookmarks WHERE workspace_id = ? AND stream_id = ?",
			string(w.id), string(b.Channel)).Scan(&n, &b.Position); err != nil {
			return err
		}
		if n >= maxBookmarks {
			return chat.NewError(chat.Limited, "bookmarks")
		}
		b.Position += bookmarkGap
		b.CreatedMS = t.nowMS
		t.saveBookmark(b)
		return t.emitBookmark("bookmark_added", b.By, b)
	})
	return b, err
}

// EditBookmark changes one. NotFound "bookmark", else as AddBookmark.
func (w *Workspace) EditBookmark(ctx context.Context, ch chat.ChannelID, id string, user chat.UserID, edit func(*Bookmark)) (Bookmark, error) {
	var b Bookmark
	err := w.changeBookmarks(ctx, ch, user, func(t *turn) (err error) {
		if b, err = t.bookmark(id); err != nil {
			return err
		}
		edit(&b)
		b.UpdatedMS, b.By = t.nowMS, user
		t.saveBookmark(b)
		return t.emitBookmark("bookmark_changed", user, b)
	})
	if err != nil {
		return Bookmark{}, err
	}
	return b, nil
}

// RemoveBookmark takes one away. NotFound "bookmark", else as AddBookmark.
func (w *Workspace) RemoveBookmark(ctx context.Context, ch chat.ChannelID, id string, user chat.UserID) error {
	return w.changeBookmarks(ctx, ch, user, func(t *turn) error {
		if _, err := t.bookmark(id); err != nil {
			return err
		}
		t.exec("DELETE FROM bookmarks WHERE workspace_id = ? AND stream_id = ? AND bookmark_id = ?", string(w.id), string(ch), id)
		return t.emitObject("bookmark_removed", user, map[string]any{"user": user, "channel_id": ch, "bookmark_id": id})
	})
}

func (w *Workspace) changeBookmarks(ctx context.Context, ch chat.ChannelID, user chat.UserID, apply func(t *turn) error) error {
	_, err := w.store.append(ctx, change{
		stream: w.id.Channel(ch), sender: user, reads: []read{{member: user}},
		apply: func(t *turn) error {
			if err := t.requireActor(user); err != nil {
				return err
			}
			return apply(t)
		},
	})
	return err
}

// bookmark is one of the turn's channel.
func (t *turn) bookmark(id string) (Bookmark, error) {
	st := t.head.stream
	b, err := scanBookmark(chat.ChannelID(st.ID), t.queryRow("SELECT "+bookmarkColumns+" FROM bookmarks WHERE workspace_id = ? AND stream_id = ? AND bookmark_id = ?",
		string(st.Workspace), string(st.ID), id))
	return b, absent(err, "bookmark")
}

func (t *turn) saveBookmark(b Bookmark) {
	st := t.head.stream
	t.exec(t.batch.store.dialect.upsert("bookmarks", "workspace_id, stream_id, bookmark_id", strings.TrimPrefix(bookmarkColumns, "bookmark_id, ")),
		string(st.Workspace), string(st.ID), b.ID, b.Title, b.Link, b.Emoji, b.Position, b.CreatedMS, b.UpdatedMS, string(b.By))
}

// emitBookmark tells of it. What it says stays in the log for as long as events
// do that are not messages.
func (t *turn) emitBookmark(kind string, user chat.UserID, b Bookmark) error {
	return t.emitObject(kind, user, map[string]any{"user": user, "channel_id": b.Channel, "bookmark_id": b.ID, "bookmark": b.Object(t.head.stream.Workspace)})
}

// BookmarkObject is a bookmark in Slack's shape.
type BookmarkObject struct {
	ID          string           `json:"id"`
	Channel     chat.ChannelID   `json:"channel_id"`
	Title       string           `json:"title"`
	Link        string           `json:"link"`
	Emoji       string           `json:"emoji"`
	IconURL     string           `json:"icon_url"`
	EntityID    *string          `json:"entity_id"`
	Type        string           `json:"type"`
	Created     int64            `json:"date_created"`
	Updated     int64            `json:"date_updated"`
	Rank        string           `json:"rank"`
	By          chat.UserID      `json:"last_updated_by_user_id"`
	ByTeam      chat.WorkspaceID `json:"last_updated_by_team_id"`
	ShortcutID  *string          `json:"shortcut_id"`
	AppID       *string          `json:"app_id"`
	AppActionID *string          `json:"app_action_id"`
}

// Object is the bookmark in Slack's shape. Ranks sort as their bookmarks do.
func (b Bookmark) Object(w chat.WorkspaceID) BookmarkObject {
	return BookmarkObject{
		ID: b.ID, Channel: b.Channel, Title: b.Title, Link: b.Link, Emoji: b.Emoji, Type: "link",
		Created: b.CreatedMS / 1000, Updated: b.UpdatedMS / 1000, Rank: chat.FormatID("", uint64(b.Position)), By: b.By, ByTeam: w,
	}
}
