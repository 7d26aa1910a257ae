//go:build mariadb

package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestWritersOfEachKind: eight writers in two processes' stores change what
// people keep and show, in the same channels, threads, groups and files. Nothing
// is refused that should not be, and the counts are right in the end.
func TestWritersOfEachKind(t *testing.T) {
	dsn, counted := database(t), prometheus.NewRegistry()
	open := func(m *prometheus.Registry) *store.Store {
		return testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL, o.Metrics = "", dsn, m })
	}
	here, there := open(counted), open(prometheus.NewRegistry())
	team := testenv.NewTeam(t, here, 4)
	s := &writers{channel: team.Channel, group: must(team.CreateUsergroup(t.Context(), chat.Usergroup{Name: "All", Handle: "all", CreatedBy: team.Users[0].ID}))(t).ID}
	for i := range 4 {
		s.roots = append(s.roots, team.Post(team.Users[0].ID, fmt.Sprint("root ", i)).Message.TS)
	}
	s.users = team.IDs()
	var group errgroup.Group
	for i := range 8 {
		w := []*store.Store{here, there}[i%2].Workspace(team.ID())
		group.Go(func() error {
			for round := range 6 {
				if err := s.round(t.Context(), w, i, round); err != nil {
					return fmt.Errorf("writer %d, round %d: %w", i, round, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := sum(t, counted, "store_transactions_retried_total"); n > 40 {
		t.Errorf("%v transactions were run again", n)
	}
	s.check(t, team)
}

// sum is a counter's value.
func sum(t *testing.T, reg *prometheus.Registry, name string) (n float64) {
	t.Helper()
	for _, f := range must(reg.Gather())(t) {
		for _, m := range f.GetMetric() {
			if f.GetName() == name {
				n += m.GetCounter().GetValue()
			}
		}
	}
	return n
}

// writers is what they have in common.
type writers struct {
	channel chat.ChannelID
	roots   []chat.TS
	users   []chat.UserID
	group   string
}

// round is one of each kind.
func (s *writers) round(ctx context.Context, w *store.Workspace, i, round int) error {
	u, root := s.users[i/2], s.roots[(i+round)%len(s.roots)]
	for name, do := range map[string]func() error{
		"pin":    func() error { return s.pin(ctx, w, u, root) },
		"thread": func() error { return s.thread(ctx, w, u, root, fmt.Sprint(i, "-", round)) },
		"draft":  func() error { return s.draft(ctx, w, u, chat.TS(1000*round+i+1)) },
		"group":  func() error { return s.groups(ctx, w, u, i) },
		"file":   func() error { return s.file(ctx, w, u, root) },
		"later":  func() error { return s.later(ctx, w, u, root, i) },
	} {
		if err := do(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// unless is nil for an error with one of the codes.
func unless(err error, codes ...chat.Code) error {
	for _, c := range codes {
		if chat.CodeOf(err) == c {
			return nil
		}
	}
	return err
}

func (s *writers) pin(ctx context.Context, w *store.Workspace, u chat.UserID, ts chat.TS) error {
	if err := unless(w.AddPin(ctx, s.channel, ts, u), chat.Exists); err != nil {
		return err
	}
	return unless(w.RemovePin(ctx, s.channel, ts, u), chat.NotFound)
}

func (s *writers) thread(ctx context.Context, w *store.Workspace, u chat.UserID, root chat.TS, text string) error {
	_, err := w.PostMessage(ctx, store.Post{Channel: s.channel, Author: u, MentionUsers: s.users, Message: chat.Message{Text: text, ThreadTS: root}})
	if err != nil {
		return err
	}
	if err := w.UnfollowThread(ctx, s.channel, root, u); err != nil {
		return err
	}
	if err := w.FollowThread(ctx, s.channel, root, u, root); err != nil {
		return err
	}
	return w.MarkThread(ctx, s.channel, root, u, root+1)
}

func (s *writers) draft(ctx context.Context, w *store.Workspace, u chat.UserID, ts chat.TS) error {
	d, err := w.WriteDraft(ctx, u, store.Draft{Channel: s.channel, ClientTS: ts, Body: store.DraftBody{Text: "draft 😀"}})
	if err != nil {
		return err
	}
	return unless(w.DeleteDraft(ctx, u, d.ID, ts), chat.NotFound)
}

func (s *writers) groups(ctx context.Context, w *store.Workspace, u chat.UserID, i int) error {
	if _, err := w.SetUsergroupUsers(ctx, s.group, u, s.users[i%3:]); err != nil {
		return err
	}
	_, err := w.CreateUsergroup(ctx, chat.Usergroup{Name: "Same", Handle: "same", CreatedBy: u})
	return unless(err, chat.Exists)
}

// file uploads, shows and deletes one, and gives another one up.
func (s *writers) file(ctx context.Context, w *store.Workspace, u chat.UserID, root chat.TS) error {
	n := store.NewFile{Owner: u, Name: "a.txt", Title: "a.txt", Size: 10}
	other, err := w.StartUpload(ctx, n, store.FileBounds{Bytes: 1000, Pending: 100})
	if err != nil {
		return err
	}
	f, err := w.StartUpload(ctx, n, store.FileBounds{Bytes: 1000, Pending: 100})
	if err != nil {
		return err
	}
	f.Size, f.SHA256, f.Type, f.MimeType = 7, "x", "text", "text/plain"
	if err := w.FinishUpload(ctx, f); err != nil {
		return err
	}
	if _, err := w.CompleteFiles(ctx, u, []store.Completion{{ID: f.ID}}); err != nil {
		return err
	}
	var both errgroup.Group
	both.Go(func() error {
		_, err := w.PostMessage(ctx, store.Post{Channel: s.channel, Author: u, Files: []chat.FileID{f.ID}, Message: chat.Message{ThreadTS: root}})
		return unless(err, chat.NotFound)
	})
	both.Go(func() error {
		if err := w.DeleteFile(ctx, f.ID, u, func(chat.File) error { return nil }); err != nil {
			return err
		}
		return w.ForgetShares(ctx, f.ID)
	})
	both.Go(func() error { return w.AbandonUpload(ctx, other.ID) })
	return both.Wait()
}

func (s *writers) later(ctx context.Context, w *store.Workspace, u chat.UserID, root chat.TS, i int) error {
	m, err := w.Schedule(ctx, store.Scheduled{Channel: s.channel, User: u, PostAt: time.Now().Add(time.Duration(i+1) * time.Hour).Unix(),
		Content: store.ScheduledContent{Message: chat.Message{Text: "later", ThreadTS: root}}})
	if err != nil {
		return err
	}
	if err := w.DeleteScheduled(ctx, u, s.channel, m.ID); err != nil {
		return err
	}
	r, err := w.AddReminder(ctx, store.Reminder{User: u, Text: "eggs", At: time.Now().Add(time.Hour).Unix()})
	if err != nil {
		return err
	}
	if err := w.CompleteReminder(ctx, u, r.ID); err != nil {
		return err
	}
	return w.DeleteReminder(ctx, u, r.ID)
}

func (s *writers) check(t *testing.T, team *testenv.Team) {
	ctx := t.Context()
	if n, pins := must(team.PinCount(ctx, s.channel))(t), must(team.Pins(ctx, s.channel))(t); n != len(pins) || n != 0 {
		t.Errorf("%d pins, %d listed", n, len(pins))
	}
	if bytes, n, err := team.FileUsage(ctx); bytes != 0 || n != 0 || err != nil {
		t.Errorf("%d bytes of %d files are counted, %v", bytes, n, err)
	}
	files, _, err := team.Files(ctx, store.FileQuery{Viewer: store.FileViewer{User: s.users[0]}, Channel: s.channel})
	if err != nil || len(files) != 0 {
		t.Errorf("files %v, %v", files, err)
	}
	g := must(team.Usergroup(ctx, s.group))(t)
	if users := must(team.UsergroupUsers(ctx, []string{s.group}))(t)[s.group]; len(users) != g.UserCount || len(users) < 2 {
		t.Errorf("the group counts %d, has %d", g.UserCount, len(users))
	}
	if groups := must(team.Usergroups(ctx))(t); len(groups) != 2 {
		t.Errorf("%d groups", len(groups))
	}
	if due, err := team.Store.NextDue(ctx, nil); due != 0 || err != nil {
		t.Errorf("due at %d, %v", due, err)
	}
	wantOrdered(t, team.Log(s.channel))
}
