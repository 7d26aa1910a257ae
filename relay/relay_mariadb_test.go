//go:build mariadb

package relay

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"taut/internal/testenv"
	"taut/store"
)

// TestOneFollowsTheOther: of two relays one writes, and when it goes the other goes on
// where it was.
func TestOneFollowsTheOther(t *testing.T) {
	testenv.UseMariaDB(t)
	var dsn string
	here := testenv.Open(t, func(o *store.Options) { dsn = o.MySQL })
	there := testenv.Open(t, func(o *store.Options) { o.MySQL = dsn })
	team := testenv.NewTeam(t, here, 1)
	first := New(here, slog.New(slog.DiscardHandler), nil)
	second := New(there, slog.New(slog.DiscardHandler), nil)
	defer second.Close()

	grown, err := here.Grown(t.Context(), store.MarkAt(0))
	at := grown.Next
	if err != nil {
		t.Fatal(err)
	}
	noted := func(text string) {
		t.Helper()
		want := team.Post(team.Users[0].ID, text).Event
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		for {
			grown, err := here.Grown(ctx, at)
			if err != nil || grown.All {
				t.Fatalf("%s: all %v, %v", text, grown.All, err)
			}
			at = grown.Next
			for _, h := range grown.Heads {
				if h.Stream == want.Stream && h.Seq == want.Seq {
					return
				}
			}
			pause(ctx, 20*time.Millisecond)
		}
	}
	noted("the first one writes, or the second")
	first.Close()
	noted("the second one writes")
}

// TestTrimsAfterTakingOver: who has just begun to write forgets what is old, all of it.
func TestTrimsAfterTakingOver(t *testing.T) {
	testenv.UseMariaDB(t)
	var dsn string
	s := testenv.Open(t, func(o *store.Options) { dsn = o.MySQL })
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const old = 5_100 // more than one piece
	var rows strings.Builder
	for n := range old {
		fmt.Fprintf(&rows, ", (%d, 'T', 'C', %d, %d, 0)", n+1, n, n+1)
	}
	for _, statement := range []string{"INSERT INTO relay_log VALUES " + rows.String()[2:], fmt.Sprint("UPDATE relay_writer SET position = ", old)} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	server := New(s, slog.New(slog.DiscardHandler), nil)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for trimmed := 0; trimmed < old; pause(ctx, 20*time.Millisecond) {
		if err := db.QueryRowContext(ctx, "SELECT trimmed FROM relay_writer").Scan(&trimmed); err != nil {
			t.Fatal(err)
		}
	}
}
