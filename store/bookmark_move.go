package store

import (
	"context"
	"slices"

	"taut/chat"
)

// MoveBookmark puts one of the channel's bookmarks at the place that is counted
// from 0; one beyond the last is the last. It takes a position between its new
// neighbours'; where there is none left, all get new ones. Who is told of it is
// told of each bookmark whose position changed. Errors as of EditBookmark.
func (w *Workspace) MoveBookmark(ctx context.Context, ch chat.ChannelID, id string, user chat.UserID, place int) error {
	return w.changeBookmarks(ctx, ch, user, func(t *turn) error {
		all, err := t.bookmarks()
		if err != nil {
			return err
		}
		from := slices.IndexFunc(all, func(b Bookmark) bool { return b.ID == id })
		if from < 0 {
			return chat.NewError(chat.NotFound, "bookmark")
		}
		moved := all[from]
		moved.UpdatedMS, moved.By = t.nowMS, user
		others := slices.Delete(all, from, from+1)
		place = min(max(place, 0), len(others))
		if place == from {
			return nil
		}
		if position, ok := positionAt(others, place); ok {
			moved.Position = position
			return t.placeBookmark(moved, user)
		}
		for i, b := range slices.Insert(others, place, moved) {
			if position := int64(i+1) * bookmarkGap; position != b.Position {
				b.Position = position
				if err := t.placeBookmark(b, user); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// positionAt is a position before the bookmark that stands at the place and after
// the one before it; false: they stand too close.
func positionAt(all []Bookmark, place int) (int64, bool) {
	var before int64
	if place > 0 {
		before = all[place-1].Position
	}
	if place == len(all) {
		return before + bookmarkGap, true
	}
	position := before + (all[place].Position-before)/2
	return position, position > before && position < all[place].Position
}

// bookmarks are those of the turn's channel, in their order.
func (t *turn) bookmarks() ([]Bookmark, error) {
	st := t.head.stream
	rows, err := t.query("SELECT "+bookmarkColumns+" FROM bookmarks WHERE workspace_id = ? AND stream_id = ? ORDER BY position, bookmark_id LIMIT ?",
		string(st.Workspace), string(st.ID), maxBookmarks)
	return collect(rows, err, func(row scanner) (Bookmark, error) { return scanBookmark(chat.ChannelID(st.ID), row) })
}

func (t *turn) placeBookmark(b Bookmark, user chat.UserID) error {
	t.saveBookmark(b)
	return t.emitBookmark("bookmark_changed", user, b)
}
