package webapi

import (
	"context"
	"io"
	"strings"

	"taut/chat"
	"taut/store"
)

// maxContent is how long a file may be that comes as an argument.
const maxContent = 1 << 20

type fileAnswer struct {
	reply
	File fileInfo `json:"file"`
}

// filesUpload is the old way: a file in one call, as part of a form or as text.
func (s *Server) filesUpload(ctx context.Context, q *request) (answer, error) {
	q.warn("method_deprecated")
	f, err := q.uploadNow(ctx)
	if err != nil {
		return nil, err
	}
	if err := q.afterFile(); err != nil {
		return nil, err
	}
	all := []store.Completion{{ID: f.ID, Title: fileName(q.args.text("title"))}}
	share, err := q.shareOf(ctx, all)
	if err != nil {
		return nil, err
	}
	files, err := q.workspace.CompleteFiles(ctx, q.caller.User, all)
	if err != nil {
		return nil, err
	}
	if err := share.post(ctx, q); err != nil {
		return nil, err
	}
	infos, err := q.fileInfos(ctx, files)
	if err != nil {
		return nil, err
	}
	return &fileAnswer{File: infos[0]}, nil
}

// uploadNow keeps the bytes. Their length is known only afterwards: until then
// the file counts with that of the whole body.
func (q *request) uploadNow(ctx context.Context) (chat.File, error) {
	name, n := q.args.text("filename"), store.NewFile{}
	var body io.Reader
	switch {
	case q.upload != nil && q.upload.file != nil:
		if body = q.upload.file; name == "" {
			name = q.upload.name
		}
		n.Size = q.http.ContentLength
		if most, _ := q.server.files.Limits(); n.Size < 0 || n.Size > most {
			n.Size = most
		}
	case q.args.has("content"):
		content := q.args.text("content")
		if len(content) > maxContent {
			return chat.File{}, fail("post_contents_too_large")
		}
		body, n = strings.NewReader(content), store.NewFile{Size: int64(len(content)), Snippet: true}
		if kind := q.args.text("filetype"); chat.KnownFileType(kind) { // others are found out, as of Slack's
			n.Type = kind
		}
		if name == "" {
			name = "-.txt"
		}
	default:
		return chat.File{}, fail("no_file_data")
	}
	f, err := q.startUpload(ctx, name, n)
	if err != nil {
		return f, err
	}
	kept, err := q.server.files.Receive(ctx, f, body, f.Size)
	if err != nil {
		return f, q.abandon(ctx, f.ID, err)
	}
	return kept, nil
}

// abandon gives back what a failed upload took.
func (q *request) abandon(ctx context.Context, id chat.FileID, cause error) error {
	if err := q.workspace.AbandonUpload(context.WithoutCancel(ctx), id); err != nil {
		q.server.log.Warn("a failed upload counts until it is swept", "err", err)
	}
	return cause
}
