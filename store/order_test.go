package store_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// inParallel runs n calls at once and waits for them.
func inParallel(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

func testOrder(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 4)
	channels := []chat.ChannelID{team.Channel, team.NewChannel("second", team.IDs()...), team.NewChannel("third", team.IDs()...)}
	const posters, each = 12, 20
	var posted sync.Map
	inParallel(posters, func(i int) {
		for k := range each {
			ch := channels[(i+k)%len(channels)]
			p, err := team.PostMessage(t.Context(), store.Post{
				Channel: ch, Author: team.Users[i%4].ID, Message: chat.Message{Text: fmt.Sprint(i, k)},
			})
			if err != nil {
				t.Errorf("post: %v", err)
				return
			}
			posted.Store(p.Event.Stream.ID+chat.StreamID(p.Event.TS.String()), p)
		}
	})
	found := 0
	for _, ch := range channels {
		log := team.Log(ch)
		wantOrdered(t, log)
		if log[0].Seq != 1 {
			t.Errorf("the log begins with seq %d", log[0].Seq)
		}
		for _, e := range log {
			v, ok := posted.Load(chat.StreamID(ch) + chat.StreamID(e.TS.String()))
			if !ok {
				continue
			}
			found++
			p := v.(store.Posted)
			if p.Event.Seq != e.Seq || string(p.Event.Payload) != string(e.Payload) || p.Event.N != e.N {
				t.Errorf("log has %+v, the poster got %+v", e, p.Event)
			}
		}
		if n := log[len(log)-1].N; n != int64(len(log))-2 { // all but the creator's join
			t.Errorf("n is %d after %d events", n, len(log))
		}
	}
	if found != posters*each {
		t.Errorf("the logs hold %d of %d posts", found, posters*each)
	}
}

func testCommittedHook(t *testing.T, open opener) {
	var mu sync.Mutex
	heard := map[chat.Stream][]chat.Event{}
	s := open(t, func(o *store.Options) {
		o.Committed = func(events []chat.Event) {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range events {
				heard[e.Stream] = append(heard[e.Stream], e)
			}
		}
	})
	team := testenv.NewTeam(t, s, 2)
	inParallel(8, func(i int) {
		for k := range 10 {
			p, err := team.PostMessage(t.Context(), store.Post{
				Channel: team.Channel, Author: team.Users[i%2].ID, Origin: "here", Message: chat.Message{Text: fmt.Sprint(i, k)},
			})
			if err != nil {
				t.Errorf("post: %v", err)
				return
			}
			mu.Lock()
			events := heard[p.Event.Stream]
			mu.Unlock()
			if last := events[len(events)-1]; last.Seq < p.Event.Seq {
				t.Errorf("answered seq %d before the hook heard it", p.Event.Seq)
			}
		}
	})
	mu.Lock()
	defer mu.Unlock()
	events := heard[team.ID().Channel(team.Channel)]
	wantOrdered(t, events)
	if e := events[len(events)-1]; e.Origin != "here" {
		t.Errorf("origin is %q", e.Origin)
	}
}

func testAppendChecks(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	stranger := team.AddUser("stranger")
	post := func(ch chat.ChannelID, u chat.UserID, key string) error {
		_, err := team.PostMessage(t.Context(), store.Post{Channel: ch, Author: u, Key: key, Message: chat.Message{Text: "x"}})
		return err
	}
	wantCode(t, post(team.Channel, stranger.ID, ""), chat.NotMember, "channel")
	wantCode(t, post("C0000000000", team.Users[0].ID, ""), chat.NotFound, "channel")
	wantCode(t, post(team.Channel, team.Users[0].ID, string(make([]byte, 200))), chat.Invalid, "key")
	before := len(team.Log(team.Channel))
	if err := team.Archive(t.Context(), team.Channel, team.Users[0].ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, post(team.Channel, team.Users[1].ID, ""), chat.Archived, "channel")
	if got := len(team.Log(team.Channel)); got <= before {
		t.Errorf("the log has %d events, %d before the archive", got, before)
	}
	p, err := team.PostMessage(t.Context(), store.Post{
		Channel: team.NewChannel("system", team.Users[0].ID), Author: stranger.ID, SkipMembership: true, Message: chat.Message{Text: "x"},
	})
	if err != nil || p.Message.Text != "x" {
		t.Errorf("system post: %v %v", p, err)
	}
}

func testTenantsAreApart(t *testing.T, open opener) {
	s := open(t)
	ours, theirs := testenv.NewTeam(t, s, 2), testenv.NewTeam(t, s, 2)
	secret := theirs.Post(theirs.Users[0].ID, "secret")
	ctx := t.Context()
	_, err := ours.PostMessage(ctx, store.Post{Channel: theirs.Channel, Author: theirs.Users[0].ID, Message: chat.Message{Text: "x"}})
	wantCode(t, err, chat.NotFound, "channel")
	_, err = ours.Message(ctx, theirs.Channel, secret.Message.TS)
	wantCode(t, err, chat.NotFound, "message")
	_, _, err = ours.History(ctx, theirs.Channel, store.Range{})
	wantCode(t, err, chat.NotFound, "channel")
	wantCode(t, ours.AddReaction(ctx, theirs.Channel, secret.Message.TS, theirs.Users[0].ID, "eyes"), chat.NotFound, "channel")
	wantCode(t, ours.DeleteMessage(ctx, store.Delete{Channel: theirs.Channel, TS: secret.Message.TS}), chat.NotFound, "channel")
	page := must(s.Read(ctx, chat.ReadRequest{Stream: ours.ID().Channel(theirs.Channel)}))(t)
	if !page.Gone || len(page.Events) > 0 {
		t.Errorf("read %+v", page)
	}
	if intervals := must(ours.Intervals(ctx, theirs.Channel, theirs.Users[0].ID))(t); len(intervals) > 0 {
		t.Errorf("intervals %v", intervals)
	}
}

func testSameKey(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	post := func(u chat.UserID, ch chat.ChannelID, key string) store.Posted {
		return must(team.PostMessage(t.Context(), store.Post{Channel: ch, Author: u, Key: key, Message: chat.Message{Text: "once"}}))(t)
	}
	const n = 24
	var answers [n]store.Posted
	inParallel(n, func(i int) {
		answers[i], _ = team.PostMessage(t.Context(), store.Post{
			Channel: team.Channel, Author: team.Users[0].ID, Key: "k", Message: chat.Message{Text: "once"},
		})
	})
	first := 0
	for _, a := range answers {
		if !a.Duplicate {
			first++
		}
		if a.Message.TS == 0 || a.Message.TS != answers[0].Message.TS || a.Event.Seq != answers[0].Event.Seq || a.Message.Text != "once" {
			t.Errorf("answers %+v and %+v", a.Message, answers[0].Message)
		}
	}
	if first != 1 {
		t.Errorf("%d answers were no duplicates", first)
	}
	other := team.NewChannel("other", team.IDs()...)
	for _, p := range []store.Posted{post(team.Users[1].ID, team.Channel, "k"), post(team.Users[0].ID, other, "k"), post(team.Users[0].ID, team.Channel, "l")} {
		if p.Duplicate {
			t.Errorf("another send's key made %+v a duplicate", p.Message)
		}
	}
}

func testBadAppendFailsAlone(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	const n = 60
	inParallel(n, func(i int) {
		if i%6 == 0 {
			if err := store.AppendBroken(t.Context(), s, team.ID().Channel(team.Channel)); chat.CodeOf(err) != chat.Internal {
				t.Errorf("a broken append gave %v", err)
			}
			return
		}
		_, err := team.PostMessage(t.Context(), store.Post{Channel: team.Channel, Author: team.Users[0].ID, Message: chat.Message{Text: "x"}})
		if err != nil {
			t.Errorf("an append beside it: %v", err)
		}
	})
	log := team.Log(team.Channel)
	wantOrdered(t, log)
	if got, want := len(log), 2+n-n/6; got != want {
		t.Errorf("the log has %d events, want %d", got, want)
	}
}

// A turn that fails late, even one that has read what it queued, leaves no trace.
func testThrownAwayTurn(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	inParallel(30, func(i int) {
		if i%3 == 0 {
			err := store.AppendThenRefuse(t.Context(), s, team.ID().Channel(team.Channel), i%2 == 0)
			if chat.CodeOf(err) != chat.Forbidden {
				t.Errorf("got %v", err)
			}
			return
		}
		team.PostMessage(t.Context(), store.Post{Channel: team.Channel, Author: team.Users[0].ID, Message: chat.Message{Text: "x"}})
	})
	log := team.Log(team.Channel)
	wantOrdered(t, log)
	if len(log) != 2+20 {
		t.Errorf("the log has %d events", len(log))
	}
}

func testHeads(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	p := team.Post(team.Users[0].ID, "x")
	streams := []chat.Stream{p.Event.Stream, team.ID().Channel("C0000000000"), team.ID().Directory()}
	heads := must(s.Heads(t.Context(), streams))(t)
	got := map[chat.Stream]int64{}
	for _, h := range heads {
		got[h.Stream] = h.Seq
	}
	if len(heads) != 2 || got[p.Event.Stream] != p.Event.Seq || got[team.ID().Directory()] == 0 {
		t.Errorf("heads %v", heads)
	}
}

func testTouchedHeads(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	heads, mark, err := s.TouchedHeads(t.Context(), store.Mark{})
	if err != nil || len(heads) > 0 {
		t.Fatalf("the first look gave %v, %v", heads, err)
	}
	for range 3 {
		p := team.Post(team.Users[0].ID, "x")
		if heads, mark, err = s.TouchedHeads(t.Context(), mark); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, h := range heads {
			found = found || h == chat.Head{Stream: p.Event.Stream, Seq: p.Event.Seq}
		}
		if !found {
			t.Errorf("%v lacks seq %d of %s", heads, p.Event.Seq, p.Event.Stream.ID)
		}
	}
}

func testIncarnation(t *testing.T, open opener) {
	s := open(t)
	first := s.Incarnation()
	if err := s.NewIncarnation(t.Context()); err != nil {
		t.Fatal(err)
	}
	if first == "" || s.Incarnation() == first {
		t.Errorf("incarnations %q and %q", first, s.Incarnation())
	}
}

// payload reads an event's payload.
func payload(t *testing.T, e chat.Event) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(e.Payload, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
