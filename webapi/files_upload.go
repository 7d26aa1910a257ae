package webapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"taut/chat"
	"taut/store"
)

// The bounds of what people call files, in characters.
const (
	maxFileName = 255
	maxAltText  = 1_000
	maxSnippet  = 1 << 20 // bytes
)

// maxPending is how many uploads of one user may be under way: more than any
// client begins at once.
const maxPending = 200

type uploadURLAnswer struct {
	reply
	UploadURL string      `json:"upload_url"`
	FileID    chat.FileID `json:"file_id"`
	// Direct is told to who asks for it by an argument that Slack doesn't have, where
	// files are in a bucket.
	Direct *chat.DirectUpload `json:"direct,omitempty"`
}

// filesGetUploadURL begins an upload: its bytes count from here on.
func (s *Server) filesGetUploadURL(ctx context.Context, q *request) (answer, error) {
	length, err := q.args.integer("length", 0)
	if err != nil {
		return nil, err
	}
	if length < 0 {
		return nil, invalidArguments("[ERROR] must be greater than or equal to 0 [json-pointer:/length]")
	}
	kind := q.args.text("snippet_type")
	switch {
	case kind != "" && !chat.KnownFileType(kind):
		return nil, fail("unknown_snippet_type")
	case kind != "" && length > maxSnippet:
		return nil, fail("snippet_too_large")
	}
	n := store.NewFile{Type: kind, Snippet: kind != "", Size: int64(length)}
	f, err := q.startUpload(ctx, q.args.text("filename"), n)
	if err != nil {
		return nil, err
	}
	a := &uploadURLAnswer{UploadURL: q.publicURL() + s.files.UploadPath(f.Workspace, f.ID, f.Size), FileID: f.ID}
	if q.args.boolean("direct", false) {
		a.Direct, err = s.files.DirectUpload(ctx, f.Workspace, f.ID, f.Size)
	}
	return a, err
}

// startUpload makes the file's row, if the caller may upload so much.
func (q *request) startUpload(ctx context.Context, name string, n store.NewFile) (chat.File, error) {
	settings, err := q.workspace.Settings(ctx)
	if err != nil {
		return chat.File{}, err
	}
	most, _ := q.server.files.Limits()
	switch {
	case !settings.Allows(q.caller.Role, chat.UploadFiles):
		return chat.File{}, fail("file_uploads_disabled")
	case n.Size > most:
		return chat.File{}, chat.NewError(chat.Limited, "size")
	}
	total := q.server.storageLimit(settings)
	// Clients call it both.
	if n.AltText = q.args.text("alt_txt"); n.AltText == "" {
		n.AltText = q.args.text("alt_text")
	}
	if utf8.RuneCountInString(n.AltText) > maxAltText {
		return chat.File{}, fail("alt_txt_too_large")
	}
	n.Name = fileName(name)
	n.Owner, n.Title = q.caller.User, fileName(q.args.text("title"))
	if n.Title == "" {
		n.Title = n.Name
	}
	return q.workspace.StartUpload(ctx, n, store.FileBounds{Bytes: total, Pending: maxPending, PendingBytes: total / 10})
}

// fileName is a name as it is kept: its last part, without control characters,
// and not too long.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1 // also what turns the direction of a text, to hide how a name ends
		}
		return r
	}, name))
	if runes := []rune(name); len(runes) > maxFileName {
		name = string(runes[:maxFileName])
	}
	return name
}

// maxTargets is in how many channels one call may share files.
const maxTargets = 100

type filesAnswer struct {
	reply
	Files []fileInfo `json:"files"`
}

// filesComplete makes uploaded files the caller's, and shares them: in each
// channel as one message.
func (s *Server) filesComplete(ctx context.Context, q *request) (answer, error) {
	all, err := q.completions()
	if err != nil {
		return nil, err
	}
	share, err := q.shareOf(ctx, all)
	if err != nil {
		return nil, err
	}
	if err := q.takeIn(ctx, all); err != nil {
		return nil, err
	}
	files, err := q.workspace.CompleteFiles(ctx, q.caller.User, all)
	if err != nil {
		return nil, err
	}
	if err := share.post(ctx, q); err != nil {
		return nil, err
	}
	a := &filesAnswer{}
	a.Files, err = q.fileInfos(ctx, files)
	return a, err
}

// takeIn takes in those of the caller's files whose bytes are at the bucket.
func (q *request) takeIn(ctx context.Context, all []store.Completion) error {
	for _, c := range all {
		f, err := q.workspace.File(ctx, c.ID)
		if chat.CodeOf(err) == chat.NotFound || err == nil && (f.Owner != q.caller.User || f.State != chat.FilePending) {
			continue // CompleteFiles judges it
		}
		if err == nil {
			err = q.server.files.TakeIn(ctx, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// completions reads which files are meant.
func (q *request) completions() ([]store.Completion, error) {
	var given []struct {
		ID    chat.FileID `json:"id"`
		Title string      `json:"title"`
	}
	if json.Unmarshal(q.args.json("files"), &given) != nil || len(given) == 0 || len(given) > maxFilesOfMessage {
		return nil, invalidArguments("[ERROR] must be a list of 1 to 20 files, each with its id [json-pointer:/files]")
	}
	all, seen := []store.Completion{}, map[chat.FileID]bool{}
	for _, g := range given {
		if !chat.ValidID(string(g.ID), "F") || seen[g.ID] {
			return nil, chat.NewError(chat.NotFound, "file")
		}
		seen[g.ID] = true
		all = append(all, store.Completion{ID: g.ID, Title: fileName(g.Title)})
	}
	return all, nil
}

const maxFilesOfMessage = 20

// share is what is to be posted, and where.
type share struct {
	targets []chat.ChannelID
	posts   composed
}

// shareOf reads it, and looks whether the caller may post there: what fails here
// leaves the files as they are.
func (q *request) shareOf(ctx context.Context, files []store.Completion) (s share, err error) {
	names := q.args.list("channels")
	if len(names) == 0 && q.args.has("channel_id") {
		names = []string{q.args.text("channel_id")}
	}
	if len(names) == 0 {
		return s, nil
	}
	if len(names) > maxTargets {
		return s, fail("channels_limit_exceeded")
	}
	for _, f := range files {
		q.sharing = append(q.sharing, f.ID)
	}
	if q.args.has("initial_comment") {
		q.args.values["text"] = q.args.values["initial_comment"]
		delete(q.args.values, "blocks")
	} else {
		delete(q.args.values, "text")
	}
	if s.posts, err = q.compose(ctx); err != nil {
		return s, err
	}
	s.posts.Key = q.shareKey(s.posts.Message)
	for _, name := range names {
		id, err := q.shareTarget(ctx, name, s.posts.Message.ThreadTS)
		if err != nil {
			return s, err
		}
		s.targets = append(s.targets, id)
	}
	return s, nil
}

// shareKey makes the post of the same files in the same place, with the same said
// of them, the same post: a client that did not get the answer completes again.
func (q *request) shareKey(m chat.Message) string {
	h := sha256.New()
	for _, id := range q.sharing {
		h.Write([]byte(id))
	}
	fmt.Fprintf(h, " %d %q %s", m.ThreadTS, m.Text, q.args.json("blocks"))
	return "files-" + hex.EncodeToString(h.Sum(nil)[:20])
}

func (q *request) shareTarget(ctx context.Context, name string, thread chat.TS) (chat.ChannelID, error) {
	id, err := q.target(ctx, name)
	if err != nil {
		return "", err
	}
	c, err := q.channel(ctx, id)
	if err != nil {
		return "", err
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return "", err
	}
	if c.Archived {
		return "", chat.NewError(chat.Archived, "channel")
	}
	if thread != 0 {
		_, err = q.workspace.Message(ctx, id, thread)
		if chat.CodeOf(err) == chat.NotFound {
			return "", chat.NewError(chat.NotFound, "thread")
		}
	}
	return id, err
}

// post posts one message in each channel.
func (s *share) post(ctx context.Context, q *request) error {
	for _, id := range s.targets {
		q.args.setText("channel", string(id))
		if _, err := q.append(ctx, s.posts); err != nil {
			return err
		}
	}
	return nil
}

// newFiles are those that a message is to have when it was edited, or is sent later; nil: nothing is said of them.
func (q *request) newFiles() (*[]chat.FileID, error) {
	if !q.args.has("file_ids") {
		return nil, nil
	}
	files := []chat.FileID{}
	for _, id := range q.args.list("file_ids") {
		if !chat.ValidID(id, "F") {
			return nil, chat.NewError(chat.NotFound, "file")
		}
		if !slices.Contains(files, chat.FileID(id)) {
			files = append(files, chat.FileID(id))
		}
	}
	if len(files) > maxFilesOfMessage {
		return nil, invalidArguments("[ERROR] must be at most 20 files [json-pointer:/file_ids]")
	}
	return &files, nil
}
