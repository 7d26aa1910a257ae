package store

import (
	"context"

	"taut/chat"
)

// Emoji is one of a workspace's own.
type Emoji struct {
	Name      string
	Alias     string // another name of this emoji; "" where it has a picture
	Picture   string // "word.type"
	User      chat.UserID
	CreatedMS int64
}

// maxEmoji bounds a workspace's own emoji.
const maxEmoji = 10_000

// Emoji are all of the workspace's own, by name.
func (w *Workspace) Emoji(ctx context.Context) ([]Emoji, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT name, alias, picture, user_id, created_ms FROM emoji WHERE workspace_id = ? ORDER BY name LIMIT ?", w.id, maxEmoji)
	return collect(rows, err, scanEmoji)
}

func scanEmoji(r scanner) (e Emoji, err error) {
	return e, absent(r.Scan(&e.Name, &e.Alias, &e.Picture, &e.User, &e.CreatedMS), "emoji")
}

const selectEmoji = "SELECT name, alias, picture, user_id, created_ms FROM emoji WHERE workspace_id = ? AND name = ?"

// EmojiNamed is one of them. NotFound "emoji".
func (w *Workspace) EmojiNamed(ctx context.Context, name string) (Emoji, error) {
	return scanEmoji(w.store.db.QueryRowContext(ctx, selectEmoji, w.id, name))
}

// AddEmoji adds one, and tells the workspace; its value in the event is the
// picture's URL, or "alias:…". An alias of an alias becomes one of
// what that stands for. Exists "emoji", Limited "emoji".
func (w *Workspace) AddEmoji(ctx context.Context, e Emoji) (Emoji, error) {
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		if err := t.checkNoOther("SELECT COUNT(*) FROM emoji WHERE workspace_id = ? AND name = ?", "emoji", string(w.id), e.Name); err != nil {
			return err
		}
		var n int
		if err := t.queryRow("SELECT COUNT(*) FROM emoji WHERE workspace_id = ?", string(w.id)).Scan(&n); err != nil {
			return err
		}
		if n >= maxEmoji {
			return chat.NewError(chat.Limited, "emoji")
		}
		e.CreatedMS = t.nowMS
		if e.Alias != "" {
			if of, err := scanEmoji(t.queryRow(selectEmoji, string(w.id), e.Alias)); err == nil && of.Alias != "" {
				e.Alias = of.Alias
			}
		}
		t.exec("INSERT INTO emoji (workspace_id, name, alias, picture, user_id, created_ms) VALUES (?, ?, ?, ?, ?, ?)",
			string(w.id), e.Name, e.Alias, e.Picture, string(e.User), e.CreatedMS)
		if e.Picture != "" {
			t.keepPicture(e.Picture)
		}
		return t.emitObject("emoji_changed", e.User, map[string]any{"subtype": "add", "name": e.Name, "value": e.Value(w.id, w.store.URL())})
	}})
	return e, err
}

// Value is what emoji.list tells of the emoji.
func (e Emoji) Value(w chat.WorkspaceID, base string) string {
	if e.Alias != "" {
		return "alias:" + e.Alias
	}
	return base + chat.EmojiPath(w, e.Picture)
}

// RemoveEmoji removes one, with its aliases, and tells the workspace. check may
// refuse. NotFound "emoji".
func (w *Workspace) RemoveEmoji(ctx context.Context, name string, by chat.UserID, check func(Emoji) error) error {
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		e, err := scanEmoji(t.queryRow(selectEmoji, string(w.id), name))
		if err != nil {
			return err
		}
		if err := check(e); err != nil {
			return err
		}
		rows, err := t.query("SELECT name FROM emoji WHERE workspace_id = ? AND (name = ? OR alias = ?) ORDER BY name", string(w.id), name, name)
		names, err := collect(rows, err, func(r scanner) (n string, err error) { return n, r.Scan(&n) })
		if err != nil {
			return err
		}
		t.exec("DELETE FROM emoji WHERE workspace_id = ? AND (name = ? OR alias = ?)", string(w.id), name, name)
		if e.Picture != "" {
			t.dropPicture(e.Picture)
		}
		return t.emitObject("emoji_changed", by, map[string]any{"subtype": "remove", "names": names})
	}})
	return err
}
