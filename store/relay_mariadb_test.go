//go:build mariadb

package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestRelayNotesAll: two servers append, and writers of the relay's log follow each
// other, one of them by force. Every stream's growth is noted once, in pieces
// without a hole between them, and a reader by position misses nothing.
func TestRelayNotesAll(t *testing.T) {
	dsn := database(t)
	open := func() *store.Store {
		return testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	}
	here, there := open(), open()
	team := testenv.NewTeam(t, here, 2)
	first := must(here.TakeRelay(t.Context()))(t)
	if again := must(there.TakeRelay(t.Context()))(t); again != nil {
		t.Fatal("two have the relay's log")
	}
	var group errgroup.Group
	for i, s := range []*store.Store{here, there} {
		group.Go(func() error {
			w := testenv.Existing(t, s, team.ID())
			for n := range 60 {
				w.PostTo(team.Channel, team.Users[i].ID, fmt.Sprint("message ", n))
			}
			return nil
		})
	}
	for range 5 {
		advance(t, first)
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	// The first one sleeps until its time is over.
	db := must(sql.Open("mysql", dsn))(t)
	defer db.Close()
	must(db.Exec("UPDATE relay_writer SET until_ms = 0"))(t)
	second := must(there.TakeRelay(t.Context()))(t)
	if second == nil {
		t.Fatal("nobody has the relay's log, and yet it can't be had")
	}
	if _, _, err := first.Advance(t.Context()); !errors.Is(err, store.ErrRelayLost) {
		t.Fatalf("the former writer was answered %v", err)
	}
	advance(t, second)
	checkRelay(t, db)
	followed(t, here)

	if err := second.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if third := must(here.TakeRelay(t.Context()))(t); third == nil {
		t.Fatal("a log that was released can't be had")
	}
}

// TestRelayFindsWhatClocksHide: what bears a time of long ago is noted too.
func TestRelayFindsWhatClocksHide(t *testing.T) {
	dsn := database(t)
	s := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	team := testenv.NewTeam(t, s, 1)
	db := must(sql.Open("mysql", dsn))(t)
	defer db.Close()
	team.Post(team.Users[0].ID, "of a server whose clock was wrong")
	must(db.Exec("UPDATE heads SET touched_ms = 1"))(t)
	w := must(s.TakeRelay(t.Context()))(t)
	advance(t, w)
	checkRelay(t, db)
}

// TestRelayAfterRestore: another history is relayed from its beginning.
func TestRelayAfterRestore(t *testing.T) {
	dsn := database(t)
	s := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	team := testenv.NewTeam(t, s, 1)
	team.Post(team.Users[0].ID, "before")
	w := must(s.TakeRelay(t.Context()))(t)
	before := advance(t, w)
	if err := errors.Join(w.Release(t.Context()), s.NewIncarnation(t.Context())); err != nil {
		t.Fatal(err)
	}
	if w = must(s.TakeRelay(t.Context()))(t); w == nil {
		t.Fatal("a log that was released can't be had")
	}
	if after := advance(t, w); after != before {
		t.Errorf("of another history %d streams were noted, of %d", after, before)
	}
}

// TestRelayTrims: who stayed away for longer than the relay's log is kept is told so.
func TestRelayTrims(t *testing.T) {
	dsn := database(t)
	s := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	testenv.NewTeam(t, s, 1)
	w := must(s.TakeRelay(t.Context()))(t)
	advance(t, w)
	db := must(sql.Open("mysql", dsn))(t)
	defer db.Close()
	must(db.Exec("UPDATE relay_log SET relayed_ms = 0"))(t)
	must(w.Trim(t.Context()))(t)
	var left int
	if err := db.QueryRow("SELECT COUNT(*) FROM relay_log").Scan(&left); err != nil || left != 0 {
		t.Fatalf("%d rows are left, %v", left, err)
	}
	grown, err := s.Grown(t.Context(), store.MarkAt(1))
	if err != nil || !grown.All {
		t.Fatalf("a reader of before the trim is told all %v, %v", grown.All, err)
	}
	if grown, err = s.Grown(t.Context(), grown.Next); err != nil || grown.All {
		t.Fatalf("a reader of now is told all %v, %v", grown.All, err)
	}
}

// TestRelayTrimsInPieces: a piece at a time, and never beyond the first row that is to
// be kept, whatever is behind it.
func TestRelayTrimsInPieces(t *testing.T) {
	const (
		piece = 5_000 // rows
		old   = piece + 10
	)
	dsn := database(t)
	s := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	db := must(sql.Open("mysql", dsn))(t)
	defer db.Close()
	var rows strings.Builder
	for n := range old + 100 {
		at := "0"
		if n == old {
			at = "UNIX_TIMESTAMP() * 1000"
		}
		fmt.Fprintf(&rows, ", (%d, 'T', 'C', %d, %d, %s)", n+1, n, n+1, at)
	}
	must(db.Exec("INSERT INTO relay_log VALUES " + rows.String()[2:]))(t)
	must(db.Exec("UPDATE relay_writer SET position = ?", old+100))(t)
	w := must(s.TakeRelay(t.Context()))(t)
	for _, want := range []struct {
		more    bool
		trimmed int64
	}{{true, piece}, {false, old}, {false, old}} {
		more := must(w.Trim(t.Context()))(t)
		var first, trimmed int64
		if err := db.QueryRow("SELECT (SELECT MIN(position) FROM relay_log), trimmed FROM relay_writer").Scan(&first, &trimmed); err != nil {
			t.Fatal(err)
		}
		if more != want.more || trimmed != want.trimmed || first != want.trimmed+1 {
			t.Errorf("more %v, trimmed to %d, the first that is left is %d; want %v", more, trimmed, first, want)
		}
	}
	must(db.Exec("UPDATE relay_writer SET term = term + 1"))(t)
	if _, err := w.Trim(t.Context()); !errors.Is(err, store.ErrRelayLost) {
		t.Errorf("the former writer was answered %v", err)
	}
}

// advance tells how many streams were noted.
func advance(t *testing.T, w *store.RelayWriter) int {
	t.Helper()
	n, _, err := w.Advance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// checkRelay holds the relay's log against the heads.
func checkRelay(t *testing.T, db *sql.DB) {
	t.Helper()
	rows := must(db.Query("SELECT position, workspace_id, stream_id, after_seq, seq FROM relay_log ORDER BY position"))(t)
	defer rows.Close()
	noted := map[chat.Stream]int64{}
	last := int64(0)
	for rows.Next() {
		var position, after, seq int64
		var st chat.Stream
		if err := rows.Scan(&position, &st.Workspace, &st.ID, &after, &seq); err != nil {
			t.Fatal(err)
		}
		if position != last+1 || after != noted[st] || seq <= after {
			t.Errorf("after position %d, and seq %d of %s, comes position %d, from %d to %d", last, noted[st], st.ID, position, after, seq)
		}
		last, noted[st] = position, seq
	}
	heads := must(db.Query("SELECT workspace_id, stream_id, seq FROM heads WHERE seq > 0"))(t)
	defer heads.Close()
	streams := 0
	for ; heads.Next(); streams++ {
		var st chat.Stream
		var seq int64
		if err := heads.Scan(&st.Workspace, &st.ID, &seq); err != nil {
			t.Fatal(err)
		}
		if noted[st] != seq {
			t.Errorf("%s is noted up to %d of %d", st.ID, noted[st], seq)
		}
	}
	if streams == 0 || streams != len(noted) {
		t.Errorf("%d streams are noted, there are %d", len(noted), streams)
	}
}

// followed reads by position what the relay noted, from its first row on, and finds
// every channel's head.
func followed(t *testing.T, s *store.Store) {
	t.Helper()
	known := map[chat.Stream]int64{}
	for at := store.MarkAt(1); ; {
		grown, err := s.Grown(t.Context(), at)
		if err != nil || grown.All {
			t.Fatalf("all %v, %v", grown.All, err)
		}
		for _, h := range grown.Heads {
			known[h.Stream] = h.Seq
		}
		if grown.Next == at {
			break
		}
		at = grown.Next
	}
	heads, _, err := s.ChannelHeads(t.Context(), chat.Stream{})
	if err != nil || len(known) == 0 {
		t.Fatalf("%d streams were followed, %v", len(known), err)
	}
	for _, h := range heads {
		if seq, ok := known[h.Stream]; ok && seq != h.Seq {
			t.Errorf("%s is followed to %d of %d", h.Stream.ID, seq, h.Seq)
		}
	}
}
