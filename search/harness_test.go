package search

import (
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/relay"
	"taut/store"
)

// bed is a store with a search over it, and a workspace.
type bed struct {
	*testenv.Team
	t      testing.TB
	folder string
	mysql  string // the store's DSN; "": it is on SQLite
	server *Server
	hook   atomic.Pointer[Server]
}

func newBed(t testing.TB, users int) *bed {
	t.Helper()
	b := &bed{t: t, folder: t.TempDir()}
	s := testenv.Open(t, func(o *store.Options) {
		b.mysql = o.MySQL
		o.Committed = func(events []chat.Event) {
			if server := b.hook.Load(); server != nil {
				server.Committed(events)
			}
		}
	})
	if b.mysql != "" {
		t.Cleanup(relay.New(s, slog.New(slog.DiscardHandler), nil).Close)
	}
	b.Team = testenv.NewTeam(t, s, users)
	b.open()
	t.Cleanup(b.close)
	return b
}

// open opens the search, as after a start.
func (b *bed) open() {
	b.t.Helper()
	server, err := New(b.t.Context(), Config{
		Store: b.Store, Folder: b.folder, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.server = server
	b.hook.Store(server)
}

// close closes the search, wherever it stands.
func (b *bed) close() {
	if b.server == nil {
		return
	}
	b.hook.Store(nil)
	if err := b.server.Close(); err != nil {
		b.t.Error(err)
	}
	b.server = nil
}

// settle waits until all is indexed that was committed before.
func (b *bed) settle() {
	b.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !b.settled() {
		if time.Now().After(deadline) {
			b.t.Fatal("the index doesn't catch up")
		}
		pause(b.t.Context(), 5*time.Millisecond)
	}
}

func (b *bed) settled() bool {
	b.t.Helper()
	for after := (chat.Stream{}); ; {
		heads, last, err := b.Store.ChannelHeads(b.t.Context(), after)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, h := range heads {
			b.server.open.RLock()
			var seq int64
			b.server.x.read.QueryRow("SELECT seq FROM streams WHERE workspace = ? AND stream = ?", string(h.Stream.Workspace), string(h.Stream.ID)).Scan(&seq)
			b.server.open.RUnlock()
			if seq < h.Seq {
				return false
			}
		}
		if (last == chat.Stream{}) {
			return true
		}
		after = last
	}
}

func (b *bed) caller(user int) chat.Caller {
	u := b.Users[user]
	return chat.Caller{Workspace: b.ID(), User: u.ID, Role: u.Role}
}

// find searches as a user; the newest first.
func (b *bed) find(user int, query string, change ...func(*chat.SearchRequest)) chat.SearchFound {
	b.t.Helper()
	r := chat.SearchRequest{Caller: b.caller(user), Query: query, ByTime: true, Count: 100}
	for _, c := range change {
		c(&r)
	}
	found, err := b.server.Search(b.t.Context(), r)
	if err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	return found
}

// texts are those of the messages that a query finds, newest first.
func (b *bed) texts(user int, query string) []string {
	b.t.Helper()
	found := b.find(user, query)
	texts := []string{}
	for _, h := range found.Hits {
		m, err := b.Message(b.t.Context(), h.Channel, h.TS)
		if err != nil {
			b.t.Fatalf("%s found %s in %s: %v", query, h.TS, h.Channel, err)
		}
		texts = append(texts, m.Text)
	}
	if found.Total != len(texts) {
		b.t.Errorf("%s: total %d of %d", query, found.Total, len(texts))
	}
	return texts
}

// want fails unless the query finds these texts, in any order.
func (b *bed) want(user int, query string, texts ...string) {
	b.t.Helper()
	got := b.texts(user, query)
	slices.Sort(got)
	slices.Sort(texts)
	if !slices.Equal(got, texts) {
		b.t.Errorf("%s finds %s, want %s", query, strings.Join(got, " | "), strings.Join(texts, " | "))
	}
}

// newTeamBeside is another workspace in the same store.
func newTeamBeside(b *bed) *testenv.Team { return testenv.NewTeam(b.t, b.Store, 1) }
