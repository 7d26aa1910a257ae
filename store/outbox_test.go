package store

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"taut/chat"
)

// plant puts a fact into the outbox as a crash would have left it.
func (tm *team) plant(source, target chat.Stream, kind string, seq, createdMS int64, body any) {
	tm.t.Helper()
	text, err := json.Marshal(body)
	tm.must(err)
	tm.must(tm.store.write(tm.t.Context(), func(x *tx) error {
		_, err := x.exec(insertFact, source.Workspace, source.ID, seq, nextOrdinal(), target.ID, kind, text, createdMS)
		return err
	}))
}

func (tm *team) outboxSize() (n int) {
	tm.t.Helper()
	tm.must(tm.store.db.QueryRowContext(tm.t.Context(), "SELECT COUNT(*) FROM outbox").Scan(&n))
	return n
}

// A process that dies between the channel's commit and the carry leaves the
// fact; the next one carries it as soon as it starts.
func TestCrashBeforeTheCarry(t *testing.T) {
	o := testOptions(t)
	tm := newTeam(t, openOptions(t, o), "acme")
	ada := tm.user("ada")
	c := tm.channel("dev")
	joined, err := tm.joinAndDie(c.ID, ada.ID)
	tm.must(err)
	if s, err := tm.Memberships(t.Context(), ada.ID); err != nil || len(s.Channels) != 1 {
		t.Fatalf("before the carry ada is in %v, %v", s, err)
	}
	tm.must(tm.store.Close())

	told := make(chan chat.Event, 1)
	o.Committed = func(events []chat.Event) {
		for _, e := range events {
			if e.Type == "channel_joined" {
				told <- e
			}
		}
	}
	tm.Workspace = openOptions(t, o).Workspace(tm.id)
	change, ok := (<-told).MembershipChange()
	if !ok || change.Channel != c.ID || change.JoinedSeq != joined {
		t.Errorf("told of %+v", change)
	}
	tm.check()
}

// joinAndDie is a join whose caller dies before the carry.
func (tm *team) joinAndDie(ch chat.ChannelID, u chat.UserID) (int64, error) {
	return tm.Workspace.join(tm.t.Context(), ch, u, "", anyDoor)
}

// Who has left is told so by a carry that may be late: no socket that connects
// before it may be given the channel.
func TestNoMembershipAfterALeaveThatIsNotCarried(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev", ada.ID)
	_, err := tm.store.append(t.Context(), change{stream: tm.id.Channel(c.ID), apply: func(t *turn) error {
		m, _, err := t.member(ada.ID)
		if err != nil {
			return err
		}
		return t.leave(ada.ID, ada.ID, m)
	}})
	tm.must(err)
	s, err := tm.Memberships(t.Context(), ada.ID)
	tm.must(err)
	for _, m := range s.Channels {
		if m.Channel == c.ID {
			t.Errorf("ada has left, and is in %+v", m)
		}
	}
	tm.must(tm.store.carryAll(t.Context(), tm.id.Channel(c.ID)))
	tm.check()
}

func TestFactsTwiceAreHarmless(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev", ada.ID)
	_, err := tm.SetTopic(t.Context(), c.ID, ada.ID, "tea")
	tm.must(err)
	general, err := tm.ChannelByName(t.Context(), "general")
	tm.must(err)
	before := len(tm.events(tm.id.User(ada.ID))) + len(tm.events(tm.id.Directory())) + len(tm.events(tm.id.Channel(c.ID))) +
		len(tm.events(tm.id.Channel(general.ID)))

	tea := "tea"
	stream, directory := tm.id.Channel(c.ID), tm.id.Directory()
	tm.plant(directory, stream, factCreate, 1, 1, createFact{Type: c.Type, Creator: tm.owner.ID, Members: []chat.UserID{tm.owner.ID}})
	tm.plant(directory, tm.id.Channel(general.ID), factEnter, 2, 1, enterFact{User: ada.ID})
	tm.plant(stream, tm.id.User(ada.ID), factJoined, 2, 1, membershipFact{JoinedSeq: 1})
	tm.plant(stream, directory, factChannel, 3, 1, channelFact{Actor: ada.ID, MS: 1, Topic: &tea})
	for range 2 {
		tm.must(tm.store.carryAll(t.Context(), directory))
		tm.must(tm.store.carryAll(t.Context(), stream))
	}
	after := len(tm.events(tm.id.User(ada.ID))) + len(tm.events(directory)) + len(tm.events(stream)) + len(tm.events(tm.id.Channel(general.ID)))
	if after != before {
		t.Errorf("%d events before, %d after", before, after)
	}
	tm.check()
	tm.store.deleteApplied(t.Context())
	if n := tm.outboxSize(); n != 0 {
		t.Errorf("%d facts are left", n)
	}
}

// A view that has seen a later seq of the source drops an older fact.
func TestOlderFactIsDropped(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev")
	seq := tm.join(c.ID, ada.ID)
	tm.must(tm.Leave(t.Context(), c.ID, ada.ID, ada.ID))
	tm.plant(tm.id.Channel(c.ID), tm.id.User(ada.ID), factJoined, seq+1, 1, membershipFact{JoinedSeq: seq})
	tm.must(tm.store.carryAll(t.Context(), tm.id.Channel(c.ID)))
	tm.check()
}

// Several facts of one source wait for one target: they are carried in order,
// whoever comes first.
func TestFactsKeepTheirOrder(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev")
	for range 3 {
		_, err := tm.joinAndDie(c.ID, ada.ID)
		tm.must(err)
		_, err = tm.store.append(t.Context(), change{stream: tm.id.Channel(c.ID), apply: func(t *turn) error {
			m, _, err := t.member(ada.ID)
			if err != nil {
				return err
			}
			return t.leave(ada.ID, ada.ID, m)
		}})
		tm.must(err)
	}
	for _, err := range inParallel(4, func(int) error { return tm.store.carryAll(t.Context(), tm.id.Channel(c.ID)) }) {
		tm.must(err)
	}
	tm.wantTypes(tm.id.User(ada.ID), "channel_joined",
		"channel_joined", "channel_left", "channel_joined", "channel_left", "channel_joined", "channel_left")
	tm.check()
}

// A fact that nobody can apply stays, and keeps no other from being carried.
func TestBadFactStaysAlone(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev")
	tm.plant(tm.id.Channel(c.ID), tm.id.Directory(), "strange", 1, 1, nil)
	_, err := tm.joinAndDie(c.ID, ada.ID)
	tm.must(err)
	tm.store.carryLeftovers(t.Context(), -leftoverAge)
	tm.store.deleteApplied(t.Context())
	if n := tm.outboxSize(); n != 1 {
		t.Errorf("%d facts are left", n)
	}
	tm.check()
}

const crashFolder = "TAUT_STORE_CRASH_FOLDER"

// TestCrashingWriter is the process that TestKilledWriter kills: it makes users,
// channels and memberships until then. In any other run it has nothing to do.
func TestCrashingWriter(t *testing.T) {
	folder := os.Getenv(crashFolder)
	if folder == "" {
		return
	}
	tm := newTeam(t, openOptions(t, Options{Data: folder}), fmt.Sprintf("team-%d", os.Getpid()))
	fmt.Println("ready", tm.id)
	inParallel(8, func(i int) error {
		for n := 0; ; n++ {
			u := tm.user(fmt.Sprintf("user-%d-%d", i, n))
			c := tm.channel(fmt.Sprintf("channel-%d-%d", i, n), u.ID)
			_, err := tm.Rename(context.Background(), c.ID, u.ID, fmt.Sprintf("renamed-%d-%d", i, n))
			tm.must(err)
			tm.must(tm.Leave(context.Background(), c.ID, u.ID, tm.owner.ID))
			_, _, err = tm.OpenDM(context.Background(), []chat.UserID{u.ID, tm.owner.ID})
			tm.must(err)
			fmt.Println("round")
		}
	})
}

// A writer is killed in the middle of everything, several times; each time what
// it left is carried to its end.
func TestKilledWriter(t *testing.T) {
	folder := t.TempDir()
	for range 4 {
		id := killWriter(t, folder)
		s := openOptions(t, Options{Data: folder})
		tm := &team{s.Workspace(id), t, chat.User{}}
		for tm.outboxSize() > 0 {
			tm.store.carryLeftovers(t.Context(), 0)
			tm.store.deleteApplied(t.Context())
		}
		tm.check()
		tm.must(s.Close())
	}
}

// killWriter runs TestCrashingWriter for some rounds and kills it.
func killWriter(t *testing.T, folder string) (id chat.WorkspaceID) {
	t.Helper()
	writer := exec.Command(os.Args[0], "-test.run=^TestCrashingWriter$")
	writer.Env = append(os.Environ(), crashFolder+"="+folder)
	out, err := writer.StdoutPipe()
	if err == nil {
		err = writer.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for rounds := 0; rounds < 12 && lines.Scan(); rounds++ {
		fmt.Sscanf(lines.Text(), "ready %s", &id)
	}
	if err := writer.Process.Kill(); err != nil {
		t.Error(err)
	}
	writer.Wait() // tells of the kill
	if id == "" {
		t.Fatal("the writer did not start")
	}
	return id
}
