package store

import (
	"context"
	"encoding/json"
	"fmt"

	"taut/chat"
)

const fileColumns = "file_id, user_id, state, name, title, alt_text, file_type, mime_type, snippet, size, sha, media, created_ms, updated_ms"

func scanFile(w chat.WorkspaceID, r scanner) (chat.File, error) {
	f := chat.File{Workspace: w}
	var media []byte
	err := r.Scan(&f.ID, &f.Owner, &f.State, &f.Name, &f.Title, &f.AltText, &f.Type, &f.MimeType, &f.Snippet, &f.Size, &f.SHA256,
		&media, &f.CreatedMS, &f.UpdatedMS)
	if err != nil {
		return f, absent(err, "file")
	}
	if len(media) > 0 {
		if err := json.Unmarshal(media, &f.Media); err != nil {
			return f, fmt.Errorf("media of file %s: %w", f.ID, err)
		}
	}
	return f, nil
}

const selectFile = "SELECT " + fileColumns + " FROM files WHERE workspace_id = ? AND file_id = ?"

// selectFileToChange is selectFile for who then changes the row by what it says:
// on MySQL, where others write too, they wait.
func (d *dialect) selectFileToChange() string {
	if d.mysql {
		return selectFile + " FOR UPDATE"
	}
	return selectFile
}

// File is a file in whatever state, for whomever: who may see it, FileVisible
// tells. NotFound "file".
func (w *Workspace) File(ctx context.Context, id chat.FileID) (chat.File, error) {
	f, err := scanFile(w.id, w.store.db.QueryRowContext(ctx, selectFile, w.id, id))
	if err != nil {
		return f, err
	}
	public, err := w.publicFiles(ctx, []chat.FileID{id})
	f.Public = public[id]
	return f, err
}

// FilesByID gives those that exist, in whatever state.
func (w *Workspace) FilesByID(ctx context.Context, ids []chat.FileID) (map[chat.FileID]chat.File, error) {
	found := make(map[chat.FileID]chat.File, len(ids))
	err := inChunks(ids, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT "+fileColumns+" FROM files WHERE workspace_id = ? AND file_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id}, chunk...)...)
		files, err := collect(rows, err, func(r scanner) (chat.File, error) { return scanFile(w.id, r) })
		for _, f := range files {
			found[f.ID] = f
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	public, err := w.publicFiles(ctx, ids)
	for id := range public {
		f := found[id]
		f.Public = true
		found[id] = f
	}
	return found, err
}

// sharedOpenly is the condition on a share s that its channel is public now. The share's
// own is_public says that the channel was when the file came there: a conversion
// rewrites no shares, of which a channel may have any number.
const sharedOpenly = "EXISTS (SELECT 1 FROM heads h WHERE h.workspace_id = s.workspace_id AND h.stream_id = s.stream_id AND h.channel_type = '" +
	string(chat.PublicChannel) + "')"

// publicFiles are those of the files that a public channel shows.
func (w *Workspace) publicFiles(ctx context.Context, ids []chat.FileID) (map[chat.FileID]bool, error) {
	public := map[chat.FileID]bool{}
	err := inChunks(ids, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT DISTINCT s.file_id FROM file_shares s WHERE s.workspace_id = ? AND s.file_id IN ("+
			placeholders(len(chunk))+") AND "+sharedOpenly, append([]any{w.id}, chunk...)...)
		found, err := collect(rows, err, func(r scanner) (id chat.FileID, err error) { return id, r.Scan(&id) })
		for _, id := range found {
			public[id] = true
		}
		return err
	})
	return public, err
}

// FileViewer is who asks for files.
type FileViewer struct {
	User chat.UserID
	// MembersOnly: public channels count only where the user is in, as guests
	// and bots read them.
	MembersOnly bool
}

// visible is the condition on a share s, and its arguments: that the viewer may
// read the channel now.
func (v FileViewer) visible() (string, []any) {
	member := "EXISTS (SELECT 1 FROM stream_members m WHERE m.workspace_id = s.workspace_id AND m.stream_id = s.stream_id AND m.user_id = ? AND m.left_seq = 0)"
	if v.MembersOnly {
		return member, []any{v.User}
	}
	return "(" + sharedOpenly + " OR " + member + ")", []any{v.User}
}

// FileVisible is the file, where the viewer may see it: it is theirs, or shared
// where they may read now. NotFound "file" otherwise, and where it is not (or no
// longer) there.
func (w *Workspace) FileVisible(ctx context.Context, id chat.FileID, v FileViewer) (chat.File, error) {
	f, err := w.File(ctx, id)
	if err != nil {
		return chat.File{}, err
	}
	if f.State != chat.FileReady {
		return chat.File{}, errNoFile
	}
	if f.Owner == v.User {
		return f, nil
	}
	condition, args := v.visible()
	var n int
	err = w.store.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM file_shares s WHERE s.workspace_id = ? AND s.file_id = ? AND "+
		condition+" LIMIT 1) one", append([]any{w.id, id}, args...)...).Scan(&n)
	if err == nil && n == 0 {
		err = errNoFile
	}
	if err != nil {
		return chat.File{}, err
	}
	return f, nil
}

var errNoFile = chat.NewError(chat.NotFound, "file")

// maxShares bounds how many shares are told of one file.
const maxShares = 200

// FileShares are the places where the viewer may see the file.
func (w *Workspace) FileShares(ctx context.Context, id chat.FileID, v FileViewer) ([]chat.Share, error) {
	all, err := w.SharesOf(ctx, []chat.FileID{id}, v)
	return all[id], err
}

// SharesOf is FileShares for several files.
func (w *Workspace) SharesOf(ctx context.Context, ids []chat.FileID, v FileViewer) (map[chat.FileID][]chat.Share, error) {
	shares := map[chat.FileID][]chat.Share{}
	condition, args := v.visible()
	err := inChunks(ids, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT s.file_id, s.stream_id, s.ts, s.thread_ts, s.user_id, "+sharedOpenly+" FROM file_shares s"+
			" WHERE s.workspace_id = ? AND s.file_id IN ("+placeholders(len(chunk))+") AND "+condition+" ORDER BY s.ts DESC LIMIT ?",
			append(append(append([]any{w.id}, chunk...), args...), maxShares*10)...)
		found, err := collect(rows, err, scanShare)
		for _, s := range found {
			if len(shares[s.File]) < maxShares {
				shares[s.File] = append(shares[s.File], s)
			}
		}
		return err
	})
	return shares, err
}

func scanShare(r scanner) (s chat.Share, err error) {
	return s, r.Scan(&s.File, &s.Channel, &s.TS, &s.Thread, &s.User, &s.Public)
}
