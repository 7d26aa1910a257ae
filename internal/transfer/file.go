package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"taut/chat"
	"taut/store"
)

// Files keeps the bytes of files.
type Files interface {
	// Receive keeps the bytes of a pending file, at most so many.
	Receive(ctx context.Context, f chat.File, body io.Reader, most int64) (chat.File, error)
	// Open gives them back. NotFound "file" where there are none.
	Open(ctx context.Context, w chat.WorkspaceID, f chat.FileID) (io.ReadCloser, error)
	// Limits are what one file and a workspace's files may have; 0: no bound.
	Limits() (file, workspace int64)
}

// fileRecord is what a file's object in an export says of it.
type fileRecord struct {
	ID       string      `json:"id"`
	Created  number      `json:"created,omitempty"`
	Name     string      `json:"name,omitempty"`
	Title    string      `json:"title,omitempty"`
	MimeType string      `json:"mimetype,omitempty"`
	FileType string      `json:"filetype,omitempty"`
	User     chat.UserID `json:"user,omitempty"`
	Size     number      `json:"size,omitempty"`
	AltText  string      `json:"alt_txt,omitempty"`
	Mode     string      `json:"mode,omitempty"`
}

// fileRecords reads a message's files; what can't be read is left out.
func fileRecords(raw json.RawMessage) []fileRecord {
	var objects []json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &objects) != nil {
		return nil
	}
	var all []fileRecord
	for _, o := range objects {
		var f fileRecord
		if _, err := read(o, &f); err == nil && mentionable(f.ID, "F") {
			all = append(all, f)
		}
	}
	return all
}

// uploadOf is where the bytes of a file are that the export calls so, or that is
// called so here.
func (i *running) uploadOf(id string) (string, bool) {
	if i.Files == nil {
		return "", false
	}
	old, ok := i.uploads[id]
	return old, ok
}

// bringFiles keeps the bytes of a message's files before the message comes.
func (i *running) bringFiles(ctx context.Context, m *store.ImportedMessage, channel chat.ChannelID) error {
	records := fileRecords(m.Files)
	if len(records) == 0 {
		return nil
	}
	objects := make([]json.RawMessage, len(records))
	for n, r := range records {
		var err error
		old, ok := i.uploadOf(r.ID)
		switch {
		case ok:
			if objects[n], err = i.bringFile(ctx, old, r, m); err != nil {
				return fmt.Errorf("file %s: %w", r.ID, err)
			}
		case r.Mode != "tombstone":
			i.report.note(OddFile, string(channel)+" "+m.TS.String(), r.ID)
		}
		if objects[n] == nil {
			r.Mode = "tombstone" // what it was, and that it isn't here
			if objects[n], err = json.Marshal(r); err != nil {
				return err
			}
		}
	}
	var err error
	m.Files, err = json.Marshal(objects)
	return err
}

// bringFile keeps one file and gives its object; none where it is too large.
func (i *running) bringFile(ctx context.Context, old string, r fileRecord, m *store.ImportedMessage) (json.RawMessage, error) {
	upload := i.archive.uploads[old]
	most, all := i.Files.Limits()
	size := int64(upload.UncompressedSize64)
	if most > 0 && size > most {
		i.report.note(OddFile, r.ID, "too large")
		return nil, nil
	}
	f, err := i.into.StartFile(ctx, chat.File{
		ID: chat.FileID(r.ID), Owner: cmp.Or(r.User, m.Author), Name: clip(r.Name, 255), Title: clip(r.Title, 255), AltText: clip(r.AltText, 1000),
		Type: clip(r.FileType, 30), Snippet: r.Mode == "snippet", Size: size, CreatedMS: int64(r.Created) * 1000, UpdatedMS: int64(r.Created) * 1000,
	}, all)
	if chat.CodeOf(err) == chat.Limited {
		i.report.note(OddFile, r.ID, "no room")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if f.State == chat.FilePending {
		if f, err = i.receive(ctx, f, size, old); err != nil {
			return nil, err
		}
		i.report.Files++
	}
	if f.State >= chat.FileDeleted {
		return nil, nil // deleted here since an earlier run
	}
	if err := i.into.FinishFile(ctx, f); err != nil {
		return nil, err
	}
	m.KeptFiles = append(m.KeptFiles, f.ID)
	return json.Marshal(f.Object(""))
}

func (i *running) receive(ctx context.Context, f chat.File, size int64, old string) (chat.File, error) {
	body, err := i.archive.uploads[old].Open()
	if err != nil {
		return f, err
	}
	defer body.Close()
	return i.Files.Receive(ctx, f, body, size)
}

// noteFiles remembers a message's files, to be written when the day is.
func (x *exporting) noteFiles(m *store.ExportedMessage) {
	if x.Files == nil {
		return
	}
	for _, r := range fileRecords(m.Message.Files) {
		if !x.files[r.ID] && r.Mode != "tombstone" {
			x.files[r.ID] = true
			x.later = append(x.later, r)
		}
	}
}

// writeFiles writes the files of the messages so far: a zip's entries are written
// one after the other.
func (x *exporting) writeFiles(ctx context.Context) error {
	for _, r := range x.later {
		if err := x.writeFile(ctx, r); err != nil {
			return fmt.Errorf("file %s: %w", r.ID, err)
		}
	}
	x.later = nil
	return nil
}

func (x *exporting) writeFile(ctx context.Context, r fileRecord) (err error) {
	body, err := x.Files.Open(ctx, x.w.ID(), chat.FileID(r.ID))
	if chat.CodeOf(err) == chat.NotFound {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	w, err := x.zip.Create("__uploads/" + r.ID + "/" + fileName(r))
	if err != nil {
		return err
	}
	x.done.Files++
	_, err = io.Copy(w, body)
	return err
}

// fileName is a name that stays where it is put, on any system.
func fileName(r fileRecord) string {
	name := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || strings.ContainsRune(`/\:*?"<>|`, c) {
			return '_'
		}
		return c
	}, r.Name)
	return cmp.Or(strings.Trim(clip(name, 200), ". "), "file")
}
