package store_test

import (
	"fmt"
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// changesOf reads what changed after a cursor, to the end.
func changesOf(t *testing.T, s *store.Store, st chat.Stream, after int64) (found []store.Changed, next int64) {
	t.Helper()
	for {
		c := must(s.Changes(t.Context(), st, after))(t)
		found, after = append(found, c.Changed...), c.Next
		if c.Next >= c.Head {
			return found, after
		}
	}
}

// shownTexts are those of the changed messages that are still there, and "-" for
// those that are not.
func shownTexts(changed []store.Changed) []string {
	texts := []string{}
	for _, c := range changed {
		if c.Message == nil {
			texts = append(texts, "-")
		} else {
			texts = append(texts, c.Message.Text)
		}
	}
	slices.Sort(texts)
	return texts
}

func testChanges(t *testing.T, open opener) {
	s := open(t)
	m := testenv.NewTeam(t, s, 2)
	ctx, ada, st := t.Context(), m.Users[0].ID, m.ID().Channel(m.Channel)
	one, two, three := m.Post(ada, "one"), m.Post(ada, "two"), m.Post(ada, "three")
	want := func(changed []store.Changed, texts ...string) {
		t.Helper()
		slices.Sort(texts)
		got := slices.DeleteFunc(shownTexts(changed), func(text string) bool { return text == "-" && !slices.Contains(texts, "-") })
		if !slices.Equal(got, texts) {
			t.Errorf("changed %q, want %q", got, texts)
		}
	}
	changed, at := changesOf(t, s, st, 0)
	want(changed, "one", "two", "three")

	// What comes to an earlier message tells it as it is now, each once.
	must(m.UpdateMessage(ctx, store.Edit{Channel: m.Channel, TS: one.Message.TS, Actor: ada, Apply: func(m *chat.Message) { m.Text = "uno" }}))(t)
	must(0, m.AddReaction(ctx, m.Channel, one.Message.TS, ada, "eyes"))(t)
	must(0, m.AddReaction(ctx, m.Channel, three.Message.TS, ada, "eyes"))(t)
	must(0, m.DeleteMessage(ctx, store.Delete{Channel: m.Channel, TS: two.Message.TS, Actor: ada}))(t)
	changed, at = changesOf(t, s, st, at)
	want(changed, "uno", "three", "-")

	// A reply tells its root too, which has one now.
	must(m.PostMessage(ctx, store.Post{Channel: m.Channel, Author: ada, Message: chat.Message{Text: "reply", ThreadTS: three.Message.TS}}))(t)
	changed, at = changesOf(t, s, st, at)
	want(changed, "reply", "three")
	must(0, m.AddPin(ctx, m.Channel, three.Message.TS, ada))(t)
	changed, at = changesOf(t, s, st, at)
	want(changed, "three")
	if none, _ := changesOf(t, s, st, at); len(none) != 0 {
		t.Errorf("%d changed of nothing", len(none))
	}

	// From the begin, all is as it is now.
	changed, _ = changesOf(t, s, st, 0)
	want(changed, "uno", "three", "reply")

	_, err := s.Changes(ctx, m.ID().Channel("C0000000000"), 0)
	wantCode(t, err, chat.NotFound, "channel")
	other := testenv.NewTeam(t, s, 1)
	_, err = s.Changes(ctx, other.ID().Channel(m.Channel), 0)
	wantCode(t, err, chat.NotFound, "channel")
}

// Each channel's stream is listed once, whatever the workspace, and no other.
func testChannelHeads(t *testing.T, open opener) {
	s := open(t)
	seqs := map[chat.Stream]int64{}
	for i := range 3 {
		made := must(s.Seed(t.Context(), store.Seed{
			Domain: fmt.Sprint("team", i), Users: []store.SeedUser{{Name: "owner", Email: "owner@example.com"}}, Channels: 400}))(t)
		for _, c := range made.Channels {
			seqs[made.Workspace.ID.Channel(c.ID)] = -1
		}
	}
	for after := (chat.Stream{}); ; {
		heads, last, err := s.ChannelHeads(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heads {
			if h.Stream.ID.Kind() != chat.ChannelStream || h.Seq <= 0 || seqs[h.Stream] > 0 {
				t.Fatalf("%v at %d, before at %d", h.Stream, h.Seq, seqs[h.Stream])
			}
			seqs[h.Stream] = h.Seq
		}
		if after = last; (after == chat.Stream{}) {
			break
		}
	}
	// Beside those, #general of each workspace.
	if len(seqs) != 3*401 {
		t.Errorf("%d streams", len(seqs))
	}
	for st, seq := range seqs {
		if seq < 0 {
			t.Errorf("%v is not listed", st)
		}
	}
}

func testChangesInPieces(t *testing.T, open opener) {
	s := open(t)
	m := testenv.NewTeam(t, s, 1)
	for range 1_203 {
		m.Post(m.Users[0].ID, "word")
	}
	changed, _ := changesOf(t, s, m.ID().Channel(m.Channel), 0)
	seen := map[chat.TS]bool{}
	for _, c := range changed {
		if c.Message != nil {
			seen[c.TS] = true
		}
	}
	if len(seen) != 1_203 {
		t.Errorf("%d of 1203", len(seen))
	}
}

func testAround(t *testing.T, open opener) {
	s := open(t)
	m := testenv.NewTeam(t, s, 1)
	ctx, ada := t.Context(), m.Users[0].ID
	var all []store.Posted
	for _, text := range []string{"one", "two", "gone", "three", "four"} {
		all = append(all, m.Post(ada, text))
	}
	must(0, m.DeleteMessage(ctx, store.Delete{Channel: m.Channel, TS: all[2].Message.TS, Actor: ada}))(t)
	reply := must(m.PostMessage(ctx, store.Post{Channel: m.Channel, Author: ada, Message: chat.Message{Text: "reply", ThreadTS: all[0].Message.TS}}))(t)
	of := func(ts chat.TS, want string, before, after []string) {
		t.Helper()
		m, b, a, err := m.Around(ctx, m.Channel, ts)
		if err != nil || m.Text != want || !slices.Equal(texts(b), before) || !slices.Equal(texts(a), after) {
			t.Errorf("%s: %q between %q and %q, error %v", want, m.Text, texts(b), texts(a), err)
		}
	}
	of(all[3].Message.TS, "three", []string{"two", "one"}, []string{"four"})
	of(all[0].Message.TS, "one", []string{}, []string{"two"})
	of(reply.Message.TS, "reply", []string{}, []string{})
	_, _, _, err := m.Around(ctx, m.Channel, all[2].Message.TS)
	wantCode(t, err, chat.NotFound, "message")
}
