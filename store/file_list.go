package store

import (
	"context"
	"strings"

	"taut/chat"
)

// FileQuery selects from the files that the viewer may see, newest first.
type FileQuery struct {
	Viewer       FileViewer
	Owner        chat.UserID    // "" for any
	Channel      chat.ChannelID // shared there; "" for anywhere
	FromMS, ToMS int64          // created; 0 is open
	// Kinds are those of which a file must be one: "snippets", "images", "zips",
	// "pdfs"; none: any.
	Kinds         []string
	Offset, Limit int
}

var fileKinds = map[string]string{
	"snippets": "f.snippet = 1", "images": "f.mime_type LIKE 'image/%'", "zips": "f.file_type = 'zip'", "pdfs": "f.file_type = 'pdf'",
	"none": "1 = 0", // of what there are none of
}

// maxCounted bounds how far a list is counted.
const maxCounted = 100_000

// Files lists files, and tells how many there are in all.
func (w *Workspace) Files(ctx context.Context, q FileQuery) (files []chat.File, total int, err error) {
	from, args := q.from(w.id)
	err = w.store.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 "+from+" LIMIT ?) counted",
		append(args[:len(args):len(args)], maxCounted)...).Scan(&total)
	if err != nil {
		return nil, 0, err
	}
	rows, err := w.store.db.QueryContext(ctx, "SELECT "+fileColumns+" "+from+" ORDER BY f.created_ms DESC, f.file_id LIMIT ? OFFSET ?",
		append(args, pageLimit(q.Limit), max(q.Offset, 0))...)
	files, err = collect(rows, err, func(r scanner) (chat.File, error) { return scanFile(w.id, r) })
	if err != nil {
		return nil, 0, err
	}
	ids := make([]chat.FileID, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	public, err := w.publicFiles(ctx, ids)
	for i := range files {
		files[i].Public = public[files[i].ID]
	}
	return files, total, err
}

func (q FileQuery) from(w chat.WorkspaceID) (string, []any) {
	condition, viewer := q.Viewer.visible()
	text := "FROM files f WHERE f.workspace_id = ? AND f.state = ?"
	args := []any{w, chat.FileReady}
	shared := "EXISTS (SELECT 1 FROM file_shares s WHERE s.workspace_id = f.workspace_id AND s.file_id = f.file_id AND " + condition
	if q.Channel != "" {
		text += " AND " + shared + " AND s.stream_id = ?)"
		args = append(append(args, viewer...), q.Channel)
	} else {
		text += " AND (f.user_id = ? OR " + shared + "))"
		args = append(append(args, q.Viewer.User), viewer...)
	}
	for _, bound := range []struct {
		set       bool
		condition string
		arg       any
	}{
		{q.Owner != "", "f.user_id = ?", q.Owner}, {q.FromMS != 0, "f.created_ms >= ?", q.FromMS}, {q.ToMS != 0, "f.created_ms <= ?", q.ToMS},
	} {
		if bound.set {
			text += " AND " + bound.condition
			args = append(args, bound.arg)
		}
	}
	var kinds []string
	for _, k := range q.Kinds {
		kinds = append(kinds, fileKinds[k])
	}
	if kinds != nil {
		text += " AND (" + strings.Join(kinds, " OR ") + ")"
	}
	return text, args
}

// FileKind tells whether it is a word for Kinds.
func FileKind(kind string) bool { return fileKinds[kind] != "" }
