package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

func pinned(t *testing.T, team *testenv.Team) (texts []string) {
	t.Helper()
	pins := must(team.Pins(t.Context(), team.Channel))(t)
	for _, p := range pins {
		texts = append(texts, p.Message.Text)
		if len(p.Message.PinnedTo) != 1 || p.Message.PinnedTo[0] != team.Channel || p.CreatedMS == 0 {
			t.Errorf("pin %+v", p)
		}
	}
	if n := must(team.PinCount(t.Context(), team.Channel))(t); n != len(pins) {
		t.Errorf("%d pins are counted, %d listed", n, len(pins))
	}
	return texts
}

func testPins(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t, func(o *store.Options) { o.PublicURL = "https://chat.example" }), 2)
	ctx, me, ch := t.Context(), team.Users[0].ID, team.Channel
	one, two := team.Post(me, "secret one").Message.TS, team.Post(me, "two").Message.TS
	for _, ts := range []chat.TS{one, two} {
		if err := team.AddPin(ctx, ch, ts, team.Users[1].ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := pinned(t, team); strings.Join(got, ",") != "two,secret one" {
		t.Errorf("pinned are %v", got)
	}
	wantCode(t, team.AddPin(ctx, ch, one, me), chat.Exists, "pin")
	wantCode(t, team.AddPin(ctx, ch, two+1, me), chat.NotFound, "message")
	wantCode(t, team.AddPin(ctx, ch, one, team.AddUser("stranger").ID), chat.NotMember, "channel")
	wantCode(t, team.AddPin(ctx, "C0000000000", one, me), chat.NotFound, "channel")
	history, _, err := team.History(ctx, ch, store.Range{Limit: 1})
	if err != nil || history[0].Subtype != chat.SubtypePinned {
		t.Errorf("the channel is not told: %+v (%v)", history, err)
	}
	wantCode(t, team.AddPin(ctx, ch, history[0].TS, me), chat.Invalid, "pin")

	// An edit leaves it pinned, and its pin shows the new text.
	edit(t, team, one, me, "edited one")
	if got := pinned(t, team); strings.Join(got, ",") != "two,edited one" {
		t.Errorf("pinned are %v", got)
	}
	if err := team.RemovePin(ctx, ch, two, me); err != nil {
		t.Fatal(err)
	}
	wantCode(t, team.RemovePin(ctx, ch, two, me), chat.NotFound, "pin")
	if m := must(team.Message(ctx, ch, two))(t); m.PinnedTo != nil {
		t.Errorf("unpinned, it is %+v", m)
	}

	// What is deleted is no longer pinned, and no event has its text.
	if err := team.DeleteMessage(ctx, store.Delete{Channel: ch, TS: one, Actor: me}); err != nil {
		t.Fatal(err)
	}
	if got := pinned(t, team); got != nil {
		t.Errorf("pinned are %v", got)
	}
	var told []string
	for _, e := range team.Log(ch) {
		if strings.Contains(string(e.Payload), "secret one") || strings.Contains(string(e.Payload), "edited one") {
			t.Errorf("the deleted text is in %s", e.Payload)
		}
		if !strings.HasPrefix(e.Type, "pin_") {
			continue
		}
		var p struct {
			Channel chat.ChannelID `json:"channel_id"`
			Count   int            `json:"pin_count"`
			Has     *bool          `json:"has_pins"`
			Item    struct {
				Message struct {
					chat.Message
					Permalink string
				}
			}
		}
		if err := json.Unmarshal(e.Payload, &p); err != nil || p.Channel != ch || p.Item.Message.TS == 0 || (p.Has != nil) != (e.Type == "pin_removed") ||
			p.Item.Message.Permalink != chat.Permalink("https://chat.example", ch, p.Item.Message.Message) {
			t.Errorf("event %s: %v", e.Payload, err)
		}
		told = append(told, fmt.Sprint(e.Type, p.Count))
	}
	if got := strings.Join(told, " "); got != "pin_added1 pin_added2 pin_removed1 pin_removed0" {
		t.Errorf("told of %s", got)
	}
	for i := range store.MaxPins {
		if err := team.AddPin(ctx, ch, team.Post(me, fmt.Sprint(i)).Message.TS, me); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, team.AddPin(ctx, ch, team.Post(me, "one too many").Message.TS, me), chat.Limited, "pins")
}

func testBookmarks(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, me, ch := t.Context(), team.Users[0].ID, team.Channel
	add := func(title string) store.Bookmark {
		t.Helper()
		return must(team.AddBookmark(ctx, store.Bookmark{Channel: ch, Title: title, Link: "https://example.com", By: me}))(t)
	}
	list := func() (titles string) {
		t.Helper()
		rank := ""
		for _, b := range must(team.Bookmarks(ctx, ch))(t) {
			titles += b.Title + " "
			if o := b.Object(team.ID()); o.Rank <= rank || o.Channel != ch {
				t.Errorf("bookmark %+v after rank %s", o, rank)
			} else {
				rank = o.Rank
			}
		}
		return titles
	}
	a, b := add("a"), add("b")
	add("c")
	if _, err := team.EditBookmark(ctx, ch, a.ID, team.Users[1].ID, func(b *store.Bookmark) { b.Title = "A" }); err != nil {
		t.Fatal(err)
	}
	if err := team.RemoveBookmark(ctx, ch, b.ID, me); err != nil {
		t.Fatal(err)
	}
	add("d")
	if got := list(); got != "A c d " {
		t.Errorf("bookmarks are %s", got)
	}
	wantCode(t, team.RemoveBookmark(ctx, ch, b.ID, me), chat.NotFound, "bookmark")
	stranger, other := team.AddUser("stranger").ID, team.NewChannel("other", me)
	_, err := team.AddBookmark(ctx, store.Bookmark{Channel: ch, Title: "x", By: stranger})
	wantCode(t, err, chat.NotMember, "channel")
	wantCode(t, team.RemoveBookmark(ctx, other, a.ID, me), chat.NotFound, "bookmark")
	for range store.MaxBookmarks - 3 {
		add("more")
	}
	_, err = team.AddBookmark(ctx, store.Bookmark{Channel: ch, Title: "one too many", By: me})
	wantCode(t, err, chat.Limited, "bookmarks")
	types := map[string]int{}
	for _, e := range team.Log(ch) {
		types[e.Type]++
	}
	if types["bookmark_added"] != store.MaxBookmarks+1 || types["bookmark_changed"] != 1 || types["bookmark_removed"] != 1 {
		t.Errorf("told of %v", types)
	}
}
