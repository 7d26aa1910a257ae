//go:build mariadb

package relay

import (
	"context"
	"log/slog"
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

	_, at, _, err := here.Grown(t.Context(), store.MarkAt(0))
	if err != nil {
		t.Fatal(err)
	}
	noted := func(text string) {
		t.Helper()
		want := team.Post(team.Users[0].ID, text).Event
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for {
			heads, next, all, err := here.Grown(ctx, at)
			if err != nil || all {
				t.Fatalf("%s: all %v, %v", text, all, err)
			}
			at = next
			for _, h := range heads {
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
