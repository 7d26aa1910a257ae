//go:build e2e

package e2e

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/history"
	"taut/store"
)

// truth adds to the record what the log of a stopped server holds of the
// streams, and gives their heads.
func (s *server) truth(r *history.Recorder, w workspace, streams ...string) map[string]int64 {
	return truthOf(s.t, s.data(), r, w, streams...)
}

func truthOf(t *testing.T, data string, r *history.Recorder, w workspace, streams ...string) map[string]int64 {
	t.Helper()
	return truthIn(t, store.Options{Data: data, Log: slog.New(slog.DiscardHandler)}, r, w, streams...)
}

func truthIn(t *testing.T, o store.Options, r *history.Recorder, w workspace, streams ...string) map[string]int64 {
	t.Helper()
	st, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	incarnation := st.Incarnation()
	heads := map[string]int64{}
	var users []string
	for _, u := range w.Users {
		users = append(users, u.ID)
	}
	for _, id := range streams {
		stream := chat.Stream{Workspace: chat.WorkspaceID(w.ID), ID: chat.StreamID(id)}
		heads[id] = addLog(t, st, r, stream, incarnation)
		if stream.ID.Kind() == chat.ChannelStream {
			addIntervals(t, st, r, users, stream, incarnation)
		}
	}
	return heads
}

func addLog(t *testing.T, st *store.Store, r *history.Recorder, stream chat.Stream, incarnation string) int64 {
	t.Helper()
	for after := int64(0); ; {
		page, err := st.Read(t.Context(), chat.ReadRequest{Stream: stream, After: after, Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			rec := history.FromLog(history.Event, e)
			rec.Incarnation = incarnation
			r.Add(rec)
		}
		if after = page.Next; after >= page.Head || len(page.Events) == 0 {
			r.Add(history.Record{Kind: history.Head, Incarnation: incarnation, Stream: stream.ID, Seq: page.Head, Trimmed: page.Trimmed})
			return page.Head
		}
	}
}

func addIntervals(t *testing.T, st *store.Store, r *history.Recorder, users []string, stream chat.Stream, incarnation string) {
	t.Helper()
	for _, user := range users {
		intervals, err := st.Workspace(stream.Workspace).Intervals(t.Context(), chat.ChannelID(stream.ID), chat.UserID(user))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range intervals {
			r.Add(history.Record{Kind: history.Interval, Incarnation: incarnation, Stream: stream.ID, User: chat.UserID(user), Seq: m.JoinedSeq, Left: m.LeftSeq})
		}
	}
}

// judge lets the checker read the record. A history that breaks a guarantee is
// kept for the one who looks into it.
func judge(t *testing.T, r *history.Recorder, o history.Options) {
	t.Helper()
	r.Add(history.Record{Kind: history.End})
	records := r.Records()
	found := history.Check(records, o)
	for i, v := range found {
		if i == 20 {
			t.Errorf("and %d more", len(found)-i)
			break
		}
		t.Error(v)
	}
	if len(found) == 0 {
		t.Logf("a history of %d records keeps all guarantees", len(records))
		return
	}
	path := filepath.Join(os.TempDir(), "taut-"+strings.ReplaceAll(t.Name(), "/", "-")+".history")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := history.Write(f, records); err != nil {
		t.Fatal(err)
	}
	t.Logf("the history is in %s", path)
}
