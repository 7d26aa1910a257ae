package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// days keeps messages of the workspace, or of the team's channel.
func days(t *testing.T, team *testenv.Team, n int) {
	t.Helper()
	_, err := team.SetSettings(t.Context(), store.Actor{}, func(s *chat.Settings) error {
		s.RetentionDays = n
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// later is when what was posted before now is a day old, and what comes after is
// not: a test waits until the clock has moved.
func later(t *testing.T) time.Time {
	t.Helper()
	at := time.Now()
	for !time.Now().After(at.Add(4 * time.Millisecond)) {
		runtime.Gosched()
	}
	return at.Add(2*time.Millisecond).AddDate(0, 0, 1)
}

func expire(t *testing.T, s *store.Store, now time.Time) int {
	t.Helper()
	return must(s.Expire(t.Context(), now))(t)
}

// testExpire: what is older than the policy is gone from everywhere, what is not
// is as it was; the order of the log goes on.
func testExpire(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 3)
	ada, bob := team.Users[0].ID, team.Users[1].ID
	reply := func(root chat.TS, u chat.UserID, text string) chat.TS {
		t.Helper()
		p, err := team.PostMessage(t.Context(), store.Post{Channel: team.Channel, Author: u, Message: chat.Message{Text: text, ThreadTS: root}})
		if err != nil {
			t.Fatal(err)
		}
		return p.Message.TS
	}
	for i := range 230 { // more than two batches
		team.Post(ada, fmt.Sprint("old ", i))
	}
	over := team.Post(ada, "old root, its thread is over").Message.TS
	reply(over, bob, "old reply")
	goesOn := team.Post(ada, "old root, its thread goes on").Message.TS
	reply(goesOn, bob, "old reply")
	reply(goesOn, ada, "old reply")
	edited := team.Post(ada, "old text").Message.TS
	if err := team.AddReaction(t.Context(), team.Channel, edited, bob, "eyes"); err != nil {
		t.Fatal(err)
	}
	now := later(t)
	fresh := reply(goesOn, team.Users[2].ID, "fresh reply")
	if _, err := team.UpdateMessage(t.Context(), store.Edit{Channel: team.Channel, TS: edited, Actor: ada, Apply: func(m *chat.Message) {
		m.Text = "old text, edited today"
	}}); err != nil {
		t.Fatal(err)
	}
	stays := team.Post(bob, "fresh").Message.TS
	before := team.Log(team.Channel)
	if n := expire(t, s, now); n != 0 {
		t.Fatalf("without a policy %d messages went", n)
	}
	days(t, team, 1)
	listed := must(team.Expiring(t.Context(), now))(t)
	n := expire(t, s, now)
	if n < 236 {
		t.Errorf("%d messages went", n)
	}
	planned := 0
	for _, x := range listed {
		planned += x.Messages
	}
	if planned != n {
		t.Errorf("%d were listed, %d went", planned, n)
	}

	shown, _, err := team.History(t.Context(), team.Channel, store.Range{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(shown); !slices.Equal(got, []string{"fresh", "This message was deleted."}) {
		t.Errorf("history shows %q", got)
	}
	if root := shown[1]; root.TS != goesOn || root.ReplyCount != 1 || !slices.Equal(root.ReplyUsers, []chat.UserID{team.Users[2].ID}) || root.LatestReply != fresh {
		t.Errorf("the root of a thread that goes on: %+v", root)
	}
	for _, ts := range []chat.TS{over, edited} {
		if _, err := team.Message(t.Context(), team.Channel, ts); chat.CodeOf(err) != chat.NotFound {
			t.Errorf("message %s: %v", ts, err)
		}
	}
	wantUntold(t, s, team, "old")
	wantReadable(t, s, team, before, stays)

	// Once more removes nothing, and adds nothing.
	head := team.Log(team.Channel)
	if n := expire(t, s, now); n != 0 || len(team.Log(team.Channel)) != len(head) {
		t.Errorf("a second time, %d messages went", n)
	}
	// When the thread's last reply goes, its root goes too.
	if n := expire(t, s, later(t)); n == 0 {
		t.Error("nothing went later")
	}
	if shown, _, err := team.History(t.Context(), team.Channel, store.Range{}); err != nil || len(shown) != 0 {
		t.Errorf("all is old, but history shows %q, %v", texts(shown), err)
	}
	last := team.Post(ada, "new")
	if log := team.Log(team.Channel); log[len(log)-1].Seq != last.Event.Seq {
		t.Error("the log doesn't go on")
	}
}

// wantUntold fails if any event of the channel holds the text.
func wantUntold(t *testing.T, s *store.Store, team *testenv.Team, text string) {
	t.Helper()
	for _, e := range team.Log(team.Channel) {
		if strings.Contains(string(e.Payload), text) {
			t.Errorf("event %d still has %s", e.Seq, e.Payload)
		}
	}
}

// wantReadable: readers above the horizon read on without a hole; those below hear
// of it, and nobody has unread what is no more.
func wantReadable(t *testing.T, s *store.Store, team *testenv.Team, before []chat.Event, stays chat.TS) {
	t.Helper()
	st := team.ID().Channel(team.Channel)
	var above chat.Event
	for _, e := range before {
		if e.TS < stays {
			above = e
		}
	}
	p := must(s.Read(t.Context(), chat.ReadRequest{Stream: st, After: above.Seq, Limit: 1000}))(t)
	if p.Trimmed > above.Seq || p.Events[0].Seq != above.Seq+1 {
		t.Errorf("a reader above the horizon gets %d events, trimmed %d", len(p.Events), p.Trimmed)
	}
	wantOrdered(t, p.Events)
	wantToldOnce(t, p.Events)
	told := p.Events[len(p.Events)-1]
	var change struct {
		Type    string
		Channel chat.ChannelID
		Latest  chat.TS
	}
	if err := json.Unmarshal(told.Payload, &change); err != nil || change.Type != "channel_history_changed" || change.Channel != team.Channel || change.Latest == 0 || change.Latest >= stays {
		t.Errorf("the last event is %s", told.Payload)
	}
	if p := must(s.Read(t.Context(), chat.ReadRequest{Stream: st, After: 5, Limit: 10}))(t); p.Trimmed <= 5 {
		t.Error("a reader below the horizon isn't told")
	}
	unread := must(team.Unread(t.Context(), team.Users[2].ID, []chat.ChannelID{team.Channel}))(t)
	if u := unread[team.Channel]; u.Count != 1 || u.Latest != stays {
		t.Errorf("who read nothing has %+v, want the one that is left", u)
	}
	if c := must(s.Changes(t.Context(), st, 0))(t); c.Gone == 0 || c.Gone >= stays {
		t.Errorf("who keeps a copy hears of %s", c.Gone)
	}
}

// wantToldOnce fails unless one event says that messages went.
func wantToldOnce(t *testing.T, events []chat.Event) {
	t.Helper()
	told := 0
	for _, e := range events {
		if e.Type == "channel_history_changed" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("%d events say that messages went, want 1", told)
	}
}

// testExpireByChannel: a channel's own days go before the workspace's, 0 is for
// ever, and other workspaces are their own.
func testExpireByChannel(t *testing.T, open opener) {
	s := open(t)
	team, other := testenv.NewTeam(t, s, 1), testenv.NewTeam(t, s, 1)
	me := team.Users[0].ID
	forever, short := team.NewChannel("forever", me), team.NewChannel("short", me)
	for _, ch := range []chat.ChannelID{team.Channel, forever, short} {
		team.PostTo(ch, me, "x")
	}
	other.Post(other.Users[0].ID, "x")
	now := later(t)
	zero, one, bad := 0, 1, -1
	days(t, team, 30)
	for ch, d := range map[chat.ChannelID]*int{forever: &zero, short: &one} {
		if err := team.SetChannelRetention(t.Context(), store.Actor{User: me}, ch, d); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, team.SetChannelRetention(t.Context(), store.Actor{}, short, &bad), chat.Invalid, "days")
	count := func(tm *testenv.Team, ch chat.ChannelID) int {
		shown, _, err := tm.History(t.Context(), ch, store.Range{})
		if err != nil {
			t.Fatal(err)
		}
		return len(shown)
	}
	for _, step := range []struct {
		now                                time.Time
		channel, forever, short, elsewhere int
	}{
		{now, 2, 2, 0, 2},
		{now.AddDate(0, 0, 30), 0, 2, 0, 2},
		{now.AddDate(20, 0, 0), 0, 2, 0, 2},
	} {
		expire(t, s, step.now)
		got := []int{count(team, team.Channel), count(team, forever), count(team, short), count(other, other.Channel)}
		if want := []int{step.channel, step.forever, step.short, step.elsewhere}; !slices.Equal(got, want) {
			t.Errorf("at %s the channels have %v messages, want %v", step.now.Format(time.DateOnly), got, want)
		}
	}
	if err := team.SetChannelRetention(t.Context(), store.Actor{User: me}, forever, nil); err != nil {
		t.Fatal(err)
	}
	expire(t, s, now.AddDate(0, 0, 30))
	if n := count(team, forever); n != 0 {
		t.Errorf("without days of its own the channel keeps %d messages", n)
	}
	if audit, _, err := team.AuditLog(t.Context(), store.AuditQuery{Action: "channel.retention"}); err != nil || len(audit) != 3 {
		t.Errorf("the audit log has %d entries, %v", len(audit), err)
	}
}

// testExpireCutOff: at any batch, and begun again, while people write.
func testExpireCutOff(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 2)
	me := team.Users[0].ID
	for i := range 350 {
		team.Post(me, fmt.Sprint("old ", i))
	}
	now := later(t)
	days(t, team, 1)
	for round := range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round%4)*5*time.Millisecond)
		s.Expire(ctx, now) // a batch may have gone though nobody waited for it
		cancel()
		team.Post(me, "fresh")
		log := team.Log(team.Channel)
		for i, e := range log[1:] {
			if e.TS <= log[i].TS || e.N < log[i].N {
				t.Fatalf("round %d: event %d follows %d", round, e.Seq, log[i].Seq)
			}
		}
	}
	expire(t, s, now)
	shown, _, err := team.History(t.Context(), team.Channel, store.Range{Limit: 1000})
	if err != nil || len(shown) != 20 {
		t.Errorf("%d are left, %v", len(shown), err)
	}
	if u := must(team.Unread(t.Context(), team.Users[1].ID, []chat.ChannelID{team.Channel}))(t); u[team.Channel].Count != 20 {
		t.Errorf("unread: %+v", u)
	}
}

// TestExpiredTextLeavesTheFile, the write-ahead log and the tables of SQLite.
func TestExpiredTextLeavesTheFile(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	team := testenv.NewTeam(t, s, 2)
	p, err := team.PostMessage(t.Context(), store.Post{
		Channel: team.Channel, Author: team.Users[0].ID, Key: "k", Message: chat.Message{Text: "confidential"}, MentionUsers: []chat.UserID{team.Users[1].ID},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := team.AddReaction(t.Context(), team.Channel, p.Message.TS, team.Users[1].ID, "eyes"); err != nil {
		t.Fatal(err)
	}
	now := later(t)
	days(t, team, 1)
	expire(t, s, now)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "taut.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"message_state", "reactions", "mentions", "message_copies", "file_shares", "thread_replies", "thread_users", "dedupe_keys"} {
		var n int
		if err := db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s has %d rows, %v", table, n, err)
		}
	}
	for _, name := range must(filepath.Glob(filepath.Join(dir, "*")))(t) {
		if text := must(os.ReadFile(name))(t); bytes.Contains(text, []byte("confidential")) {
			t.Errorf("%s still has the text", name)
		}
	}
}
