//go:build mariadb

package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// TestTwoProcessesSendOnce: two servers on one MariaDB, of which one is killed
// early and one late, and a third one at the end, send each message once.
func TestTwoProcessesSendOnce(t *testing.T) {
	testenv.UseMariaDB(t)
	dsn, c := testenv.MySQL(t), follow()
	s := testenv.Open(t, func(o *store.Options) { o.MySQL, o.Committed = dsn, c.events })
	m := testenv.NewTeam(t, s, 1)
	const many = 150
	channels := []chat.ChannelID{m.Channel, m.NewChannel("a", m.IDs()...), m.NewChannel("b", m.IDs()...)}
	for i := range many {
		schedule(t, m, channels[i%3], time.Unix(int64(i)*1000, 0), fmt.Sprint("message ", i))
	}
	var senders errgroup.Group
	for _, n := range []int{5, 40} {
		folder := t.TempDir()
		senders.Go(func() error { return sendUntil(folder, dsn, n) })
	}
	if err := senders.Wait(); err != nil {
		t.Fatal(err)
	}
	schedule(t, m, m.Channel, time.Now().Add(-time.Second), "last") // so that something is left
	start(t, s)
	c.wait(t, "last")
	wantSentOnce(t, m, channels, many)
}

// TestMariaDB: other things that are due, on MariaDB.
func TestMariaDB(t *testing.T) {
	testenv.UseMariaDB(t)
	for name, test := range map[string]func(*testing.T){
		"WakesWhenDue":           TestWakesWhenDue,
		"RemindsAndEndsStatuses": TestRemindsAndEndsStatuses,
	} {
		t.Run(name, test)
	}
}
