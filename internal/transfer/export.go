package transfer

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"taut/chat"
	"taut/internal/wholefile"
	"taut/store"
)

// Export says what of a workspace to write where.
type Export struct {
	Out     string // the zip
	Domain  string
	Private bool // private channels, group DMs and DMs too
	// Files gives the bytes of files; nil: they are left out.
	Files Files
}

// Exported tells what an export holds.
type Exported struct {
	Workspace chat.WorkspaceID `json:"workspace"`
	Domain    string           `json:"domain"`
	Out       string           `json:"out"`
	Users     int              `json:"users"`
	Channels  int              `json:"channels"`
	Messages  int              `json:"messages"`
	Files     int              `json:"files"`
	Seconds   float64          `json:"seconds"`
}

// Run writes the export, whole or not at all: it grows beside its place and gets
// its name when it is complete.
func (e Export) Run(ctx context.Context, s *store.Store) (done Exported, err error) {
	began := time.Now()
	info, err := s.WorkspaceByDomain(ctx, e.Domain)
	if err != nil {
		return done, fmt.Errorf("workspace %s: %w", e.Domain, err)
	}
	if err := e.audit(ctx, s.Workspace(info.ID)); err != nil {
		return done, err
	}
	if _, err := os.Lstat(e.Out); err == nil {
		return done, fmt.Errorf("%s is there already", e.Out)
	}
	// Of a name of its own, so that what a killed one left goes with the next.
	f, err := os.OpenFile(e.Out+".partial", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return done, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	buffered := bufio.NewWriterSize(f, 1<<20)
	x := exporting{Export: e, w: s.Workspace(info.ID), zip: zip.NewWriter(buffered), folders: map[string]bool{}, users: map[chat.UserID]chat.User{}, files: map[string]bool{}}
	if err := x.all(ctx); err != nil {
		return done, err
	}
	for _, finish := range []func() error{x.zip.Close, buffered.Flush, f.Sync, f.Close} {
		if err := finish(); err != nil {
			return done, err
		}
	}
	done = x.done
	done.Workspace, done.Domain, done.Out, done.Seconds = info.ID, info.Domain, e.Out, time.Since(began).Seconds()
	return done, wholefile.Place(f.Name(), e.Out)
}

// audit tells the workspace of the export before anything leaves it.
func (e Export) audit(ctx context.Context, w *store.Workspace) error {
	err := w.Audit(ctx, store.AuditEntry{Action: "workspace.export", Target: string(w.ID()), Detail: map[string]string{
		"private": strconv.FormatBool(e.Private), "files": strconv.FormatBool(e.Files != nil),
	}})
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	return nil
}

// exporting is an export at work.
type exporting struct {
	Export
	w       *store.Workspace
	zip     *zip.Writer
	done    Exported
	folders map[string]bool
	users   map[chat.UserID]chat.User
	files   map[string]bool // that are written, or are to be
	later   []fileRecord    // that are to be
}

func (x *exporting) all(ctx context.Context) error {
	if err := x.writeUsers(ctx); err != nil {
		return err
	}
	var channels []chat.Channel
	for _, list := range []struct {
		name    string
		kind    chat.ChannelType
		private bool
	}{
		{"channels.json", chat.PublicChannel, false}, {"groups.json", chat.PrivateChannel, true},
		{"mpims.json", chat.GroupDM, true}, {"dms.json", chat.DM, true},
	} {
		if list.private && !x.Private {
			continue
		}
		found, err := x.writeChannels(ctx, list.name, list.kind)
		if err != nil {
			return fmt.Errorf("%s: %w", list.name, err)
		}
		channels = append(channels, found...)
	}
	if err := x.writeList("integration_logs.json", func(func(any) error) error { return nil }); err != nil {
		return err
	}
	for _, c := range channels {
		if err := x.writeMessages(ctx, c); err != nil {
			return fmt.Errorf("channel %s: %w", c.ID, err)
		}
	}
	return nil
}

// writeList writes a JSON list, an element at a time.
func (x *exporting) writeList(name string, each func(add func(any) error) error) error {
	w, err := x.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: chat.Now().UTC()})
	if err != nil {
		return err
	}
	l := list{w: w}
	if err := each(l.add); err != nil {
		return err
	}
	return l.end()
}

// list is a JSON list on its way out.
type list struct {
	w     io.Writer
	begun bool
}

func (l *list) add(v any) error {
	var b bytes.Buffer
	b.WriteString(map[bool]string{false: "[\n", true: ",\n"}[l.begun])
	l.begun = true
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := l.w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return err
}

func (l *list) end() error {
	end := "\n]\n"
	if !l.begun {
		end = "[]\n"
	}
	_, err := io.WriteString(l.w, end)
	return err
}

// writeMessages writes a conversation's days.
func (x *exporting) writeMessages(ctx context.Context, c chat.Channel) error {
	folder := x.folder(c)
	var day string
	var l list
	err := x.w.Export(ctx, c.ID, func(m *store.ExportedMessage) error {
		if d := time.UnixMilli(m.TS.MS()).UTC().Format(time.DateOnly); d != day {
			if err := x.endDay(ctx, day, &l); err != nil {
				return err
			}
			w, err := x.zip.CreateHeader(&zip.FileHeader{Name: folder + "/" + d + ".json", Method: zip.Deflate, Modified: chat.Now().UTC()})
			if err != nil {
				return err
			}
			day, l = d, list{w: w}
		}
		x.done.Messages++
		x.noteFiles(m)
		return l.add(x.message(m))
	})
	if err != nil {
		return err
	}
	return x.endDay(ctx, day, &l)
}

func (x *exporting) endDay(ctx context.Context, day string, l *list) error {
	if day == "" {
		return nil
	}
	if err := l.end(); err != nil {
		return err
	}
	return x.writeFiles(ctx)
}

// folder is where a conversation's days are: named as the conversation, or by its
// id where that has no name, or one that another has.
func (x *exporting) folder(c chat.Channel) string {
	name := c.Name
	if name == "" || x.folders[name] || strings.ContainsAny(name, `/\`) || strings.Trim(name, ".") == "" || strings.HasPrefix(name, "__") {
		name = string(c.ID)
	}
	x.folders[name] = true
	return name
}
