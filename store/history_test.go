package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

func testHistory(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	var ts []chat.TS
	for i := range 7 {
		ts = append(ts, team.Post(team.Users[i%2].ID, fmt.Sprint(i)).Message.TS)
	}
	for name, c := range map[string]struct {
		q    store.Range
		want []string
		more bool
	}{
		"newest":                {store.Range{Limit: 3}, []string{"6", "5", "4"}, true},
		"below latest":          {store.Range{Limit: 2, Latest: ts[4]}, []string{"3", "2"}, true},
		"below latest included": {store.Range{Limit: 2, Latest: ts[4], Inclusive: true}, []string{"4", "3"}, true},
		"above oldest":          {store.Range{Oldest: ts[4]}, []string{"6", "5"}, false},
		"above oldest included": {store.Range{Oldest: ts[4], Inclusive: true}, []string{"6", "5", "4"}, false},
		"between":               {store.Range{Oldest: ts[1], Latest: ts[4]}, []string{"3", "2"}, false},
		"one":                   {store.Range{Oldest: ts[3], Latest: ts[3], Inclusive: true, Limit: 1}, []string{"3"}, false},
		"a ts between":          {store.Range{Latest: ts[6] + 1, Limit: 1}, []string{"6"}, true},
		"before all":            {store.Range{Latest: 1}, []string{}, false},
		"after all":             {store.Range{Oldest: ts[6]}, []string{}, false},
	} {
		got, more, err := team.History(t.Context(), team.Channel, c.q)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(texts(got), c.want) || more != c.more {
			t.Errorf("%s: got %v, more %v; want %v, %v", name, texts(got), more, c.want, c.more)
		}
	}
	for i, at := range ts {
		if m := must(team.Message(t.Context(), team.Channel, at))(t); m.Text != fmt.Sprint(i) || m.TS != at || m.Channel != "" {
			t.Errorf("message %d is %+v", i, m)
		}
	}
	_, err := team.Message(t.Context(), team.Channel, ts[6]+1)
	wantCode(t, err, chat.NotFound, "message")
}

// The search for a ts must hold where trimming left holes in seq, at any place.
func testHistoryAfterTrim(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	me := team.Users[0].ID
	var ts []chat.TS
	for i := range 20 {
		p := team.Post(me, fmt.Sprint(i))
		ts = append(ts, p.Message.TS)
		for k := range i % 4 {
			if err := team.AddReaction(t.Context(), team.Channel, p.Message.TS, me, fmt.Sprint("r", k)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := must(s.Trim(t.Context(), time.Now().Add(time.Hour)))(t); n < 30 {
		t.Fatalf("trimmed %d", n)
	}
	for i, at := range ts {
		if m := must(team.Message(t.Context(), team.Channel, at))(t); m.Text != fmt.Sprint(i) || len(m.Reactions) != i%4 {
			t.Errorf("message %d is %+v", i, m)
		}
		got, _, err := team.History(t.Context(), team.Channel, store.Range{Oldest: at, Inclusive: true})
		if err != nil || len(got) != 20-i {
			t.Errorf("from %d on: %v %v", i, texts(got), err)
		}
	}
}

func testTrim(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 2)
	ctx, me := t.Context(), team.Users[0].ID
	p := team.Post(me, "kept")
	edited, err := team.UpdateMessage(ctx, store.Edit{
		Channel: team.Channel, TS: p.Message.TS, Actor: me, Apply: func(m *chat.Message) { m.Text = "edited" },
	})
	if err != nil || edited.Text != "edited" {
		t.Fatal(edited, err)
	}
	stream := p.Event.Stream
	before := team.Log(team.Channel)
	if n := must(s.Trim(ctx, time.Now().Add(-time.Hour)))(t); n != 0 {
		t.Errorf("trimmed %d young events", n)
	}
	if n := must(s.Trim(ctx, time.Now().Add(time.Hour)))(t); n == 0 {
		t.Errorf("trimmed nothing")
	}
	page := must(s.Read(ctx, chat.ReadRequest{Stream: stream}))(t)
	if page.Trimmed != before[len(before)-1].Seq || page.Head != page.Trimmed || page.Next != page.Head {
		t.Errorf("page of the trimmed log: %+v", page)
	}
	for _, e := range page.Events {
		if e.Type != chat.TypeMessage {
			t.Errorf("%s is still there", e.Type)
		}
	}
	if m := must(team.Message(ctx, team.Channel, p.Message.TS))(t); m.Text != "edited" {
		t.Errorf("the message reads %q", m.Text)
	}
	next := team.Post(me, "after")
	if next.Event.Seq != page.Head+1 {
		t.Errorf("seq %d follows the trimmed %d", next.Event.Seq, page.Head)
	}
	page = must(s.Read(ctx, chat.ReadRequest{Stream: stream, After: page.Head}))(t)
	if len(page.Events) != 1 || page.Trimmed > next.Event.Seq-1 {
		t.Errorf("page after the trim: %+v", page)
	}
	if n := must(s.Trim(ctx, time.Now().Add(time.Hour)))(t); n != 0 {
		t.Errorf("trimmed %d a second time", n)
	}
}

func testReadIntervals(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	me, ctx := team.Users[0].ID, t.Context()
	guest := team.AddUser("guest").ID
	var want []string
	say := func(text string, seen bool) {
		team.Post(me, text)
		if seen {
			want = append(want, text)
		}
	}
	for round := range 3 {
		say(fmt.Sprint("before ", round), false)
		if _, err := team.Join(ctx, team.Channel, guest, ""); err != nil {
			t.Fatal(err)
		}
		for k := range 5 {
			say(fmt.Sprint("inside ", round, k), true)
		}
		if round < 2 {
			if err := team.Leave(ctx, team.Channel, guest, guest); err != nil {
				t.Fatal(err)
			}
		}
	}
	intervals := must(team.Intervals(ctx, team.Channel, guest))(t)
	if len(intervals) != 3 || intervals[0].LeftSeq == 0 || intervals[2].LeftSeq != 0 {
		t.Fatalf("intervals %+v", intervals)
	}
	for _, limit := range []int{1, 2, 3, 100} {
		var got []string
		r := chat.ReadRequest{Stream: team.ID().Channel(team.Channel), User: guest, Limit: limit}
		for steps := 0; steps < 200; steps++ {
			page := must(s.Read(ctx, r))(t)
			for _, e := range page.Events {
				if !slices.ContainsFunc(intervals, func(m chat.Membership) bool { return m.Contains(e.Seq) }) {
					t.Errorf("limit %d: seq %d lies in no interval", limit, e.Seq)
				}
				if text, _ := payload(t, e)["text"].(string); e.Type == chat.TypeMessage && payload(t, e)["subtype"] == nil {
					got = append(got, text)
				}
			}
			if page.Next >= page.Head {
				break
			}
			if page.Next <= r.After {
				t.Fatalf("limit %d: the cursor stands still at %d of %d", limit, page.Next, page.Head)
			}
			r.After = page.Next
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: read %v, want %v", limit, got, want)
		}
	}
}

func testReadGone(t *testing.T, open opener) {
	s := open(t)
	team := testenv.NewTeam(t, s, 1)
	guest, stranger, ctx := team.AddUser("guest").ID, team.AddUser("stranger").ID, t.Context()
	stream := team.ID().Channel(team.Channel)
	if _, err := team.Join(ctx, team.Channel, guest, ""); err != nil {
		t.Fatal(err)
	}
	if err := team.Leave(ctx, team.Channel, guest, guest); err != nil {
		t.Fatal(err)
	}
	team.Post(team.Users[0].ID, "not for you")
	left := must(team.Intervals(ctx, team.Channel, guest))(t)[0].LeftSeq
	for name, c := range map[string]struct {
		r    chat.ReadRequest
		gone bool
	}{
		"no such stream":     {chat.ReadRequest{Stream: team.ID().Channel("C0000000000")}, true},
		"a stranger":         {chat.ReadRequest{Stream: stream, User: stranger}, true},
		"left, behind":       {chat.ReadRequest{Stream: stream, User: guest, After: left - 1}, false},
		"left, has all":      {chat.ReadRequest{Stream: stream, User: guest, After: left}, true},
		"another's stream":   {chat.ReadRequest{Stream: team.ID().User(guest), User: stranger}, true},
		"their own stream":   {chat.ReadRequest{Stream: team.ID().User(guest), User: guest}, false},
		"workspace's stream": {chat.ReadRequest{Stream: team.ID().Directory(), User: guest}, false},
	} {
		page := must(s.Read(ctx, c.r))(t)
		if page.Gone != c.gone || c.gone && len(page.Events) > 0 {
			t.Errorf("%s: got %+v", name, page)
		}
	}
}
