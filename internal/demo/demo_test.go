package demo

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// TestMake makes the workspace and looks around in it as the visitor does.
func TestMake(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Now()
	welcome, err := Make(t.Context(), s, nowhere{}, now)
	if err != nil {
		t.Fatal(err)
	}
	if welcome.Password == "" || len(welcome.Others) != 11 {
		t.Errorf("%+v", welcome)
	}
	info, err := s.WorkspaceByDomain(t.Context(), Domain)
	if err != nil {
		t.Fatal(err)
	}
	if info.Name != company {
		t.Errorf("the workspace is called %q", info.Name)
	}
	w := s.Workspace(info.ID)
	maren, err := w.UserByEmail(t.Context(), welcome.Email)
	if err != nil || maren.Role != chat.PrimaryOwner || maren.Title == "" || maren.StatusText == "" {
		t.Errorf("the visitor is %+v, %v", maren, err)
	}
	channels, err := w.Channels(t.Context(), store.ChannelQuery{})
	if err != nil || len(channels) < 11 {
		t.Fatalf("%d channels, %v", len(channels), err)
	}
	var unread, threads, reactions, files int
	ids := make([]chat.ChannelID, len(channels))
	for i, c := range channels {
		ids[i] = c.ID
		messages, _, err := w.History(t.Context(), c.ID, store.Range{Limit: 1000})
		if err != nil || len(messages) == 0 {
			t.Errorf("%s has %d messages, %v", c.Name, len(messages), err)
		}
		for _, m := range messages {
			if at := time.UnixMilli(m.TS.MS()); at.After(now) || now.Sub(at) > 30*24*time.Hour {
				t.Errorf("a message of %s is of %s", c.Name, at)
			}
			for _, odd := range []string{" @", "#release", `\n`} {
				if strings.Contains(" "+m.Text, odd) {
					t.Errorf("%q is left in %q", odd, m.Text)
				}
			}
			threads += m.ReplyCount
			reactions += len(m.Reactions)
			if strings.Contains(string(m.Files), `"id"`) {
				files++
			}
		}
	}
	counts, err := w.Unread(t.Context(), maren.ID, ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range counts {
		unread += u.Count
	}
	if unread < 4 || threads < 35 || reactions < 35 || files != 4 {
		t.Errorf("%d unread, %d replies, %d reactions, %d files", unread, threads, reactions, files)
	}
	if groups, err := w.Usergroups(t.Context()); err != nil || len(groups) != 3 {
		t.Errorf("%d user groups, %v", len(groups), err)
	}
	if _, err := Make(t.Context(), s, nowhere{}, now); chat.CodeOf(err) != chat.Exists {
		t.Errorf("a second time: %v", err)
	}
}

// nowhere takes files and forgets their bytes.
type nowhere struct{}

func (nowhere) Receive(_ context.Context, f chat.File, body io.Reader, _ int64) (chat.File, error) {
	n, err := io.Copy(io.Discard, body)
	f.Size, f.State = n, chat.FileUploaded
	return f, err
}

func (nowhere) Open(context.Context, chat.WorkspaceID, chat.FileID) (io.ReadCloser, error) {
	return nil, chat.NewError(chat.NotFound, "file")
}

func (nowhere) Limits() (file, workspace int64) { return 0, 0 }

// TestReadAnyDay: whatever the day and the hour, nothing is said in the future, and
// replies come after what they answer.
func TestReadAnyDay(t *testing.T) {
	for hours := 0; hours < 24*8; hours += 5 {
		now := time.Date(2026, 3, 26, 0, 5, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour)
		all, err := read(now)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			for _, m := range c.messages {
				if m.at.After(now) || m.root != nil && !m.at.After(m.root.at) {
					t.Fatalf("at %s: %s says %q at %s", now, m.who, m.text, m.at)
				}
			}
		}
	}
}

// TestFilesAreWhatTheySay: a picture is one, and the PDF's parts are where it says.
func TestFilesAreWhatTheySay(t *testing.T) {
	for name, begins := range map[string]string{
		"icon-options.png": "\x89PNG", "oven-schedule.png": "\x89PNG", "release-notes-2.4.pdf": "%PDF-1.4", "rye-starter.txt": "Feeding",
	} {
		content, err := (&file{name: name}).content()
		if err != nil || !strings.HasPrefix(string(content), begins) {
			t.Errorf("%s begins with %.8q, %v", name, content, err)
		}
	}
}
