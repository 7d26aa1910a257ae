package search

import (
	"fmt"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestWordsPhrasesAndBeginnings(t *testing.T) {
	b := newBed(t, 2)
	ada := b.Users[0].ID
	for _, text := range []string{
		"The deployment of Café Zürich failed", "deploy it", "we DEPLOYED twice, foo_bar-baz", "東京都に行きました", "京都 is old", "한국어를 배워요",
		"see <https://example.com/path/Report.pdf|the report> &amp; more", "id 550e8400-e29b-41d4-a716-446655440000", "`func main() { x := a.b() }`", "party 🎉 :tada:",
	} {
		b.Post(ada, text)
	}
	b.settle()
	for query, texts := range map[string][]string{
		"deploy":           {"The deployment of Café Zürich failed", "deploy it", "we DEPLOYED twice, foo_bar-baz"},
		`"deploy"`:         {"deploy it"},
		"deploy -it":       {"The deployment of Café Zürich failed", "we DEPLOYED twice, foo_bar-baz"},
		"deploym*":         {"The deployment of Café Zürich failed"},
		"cafe zurich":      {"The deployment of Café Zürich failed"},
		"CAFÉ":             {"The deployment of Café Zürich failed"},
		`"zurich cafe"`:    nil,
		`"cafe zurich"`:    {"The deployment of Café Zürich failed"},
		"foo_bar":          {"we DEPLOYED twice, foo_bar-baz"},
		"bar-baz":          {"we DEPLOYED twice, foo_bar-baz"},
		"bar_foo":          nil,
		"東京":               {"東京都に行きました"},
		"京都":               {"東京都に行きました", "京都 is old"},
		"都に行":              {"東京都に行きました"},
		"都":                {"東京都に行きました", "京都 is old"},
		"한국":               {"한국어를 배워요"},
		"report.pdf":       {"see <https://example.com/path/Report.pdf|the report> &amp; more"},
		"example.com/path": {"see <https://example.com/path/Report.pdf|the report> &amp; more"},
		"550e8400":         {"id 550e8400-e29b-41d4-a716-446655440000"},
		"a.b()":            {"`func main() { x := a.b() }`"},
		"🎉":                {"party 🎉 :tada:"},
		":tada:":           {"party 🎉 :tada:"},
		"amp":              nil,
		"nothing at all":   nil,
	} {
		b.want(0, query, texts...)
	}
}

func TestOperators(t *testing.T) {
	b := newBed(t, 3)
	ctx := t.Context()
	ada, bob, eve := b.Users[0], b.Users[1], b.Users[2]
	second := b.NewChannel("second", ada.ID, bob.ID)
	dm := must2(b.OpenDM(ctx, []chat.UserID{ada.ID, bob.ID}))(t)
	root := b.Post(ada.ID, "root by ada")
	b.Post(bob.ID, "alone by bob with <https://example.com>")
	must(b.PostMessage(ctx, store.Post{Channel: b.Channel, Author: bob.ID, Message: chat.Message{Text: "reply by bob", ThreadTS: root.Message.TS}}))(t)
	must(b.PostMessage(ctx, store.Post{Channel: b.Channel, Author: eve.ID, Message: chat.Message{Text: "reply by eve", ThreadTS: root.Message.TS}}))(t)
	b.PostTo(second, ada.ID, "in second by ada")
	b.PostTo(second, bob.ID, "in second by bob to <@"+string(ada.ID)+">")
	b.PostTo(dm.ID, bob.ID, "dm by bob")
	b.PostTo(dm.ID, ada.ID, "dm by ada")
	b.settle()
	for query, texts := range map[string][]string{
		"from:@user0 by":                          {"root by ada", "in second by ada", "dm by ada"},
		"from:me by":                              {"root by ada", "in second by ada", "dm by ada"},
		"from:@me in:#second":                     {"in second by ada"},
		"from:<@" + string(bob.ID) + ">":          {"alone by bob with <https://example.com>", "reply by bob", "in second by bob to <@" + string(ada.ID) + ">", "dm by bob"},
		"from:@user2":                             {"reply by eve"},
		"from:@nobody":                            nil,
		"-from:@user0 -from:@user1":               {"reply by eve"},
		"from:@user2 from:@user0 in:channel":      {"reply by eve", "root by ada"},
		"in:@user1":                               {"dm by bob", "dm by ada"},
		"in:" + string(second):                    {"in second by ada", "in second by bob to <@" + string(ada.ID) + ">"},
		"in:<#" + string(second) + "|second> bob": {"in second by bob to <@" + string(ada.ID) + ">"},
		"in:#absent":                              nil,
		"by -in:#second -in:#channel":             {"dm by bob", "dm by ada"},
		"to:me":                                   {"dm by bob", "in second by bob to <@" + string(ada.ID) + ">"},
		"to:@user1":                               {"dm by ada"},
		"has:link":                                {"alone by bob with <https://example.com>"},
		"is:thread":                               {"root by ada", "reply by bob", "reply by eve"},
		"by -is:thread from:@user1":               {"alone by bob with <https://example.com>", "in second by bob to <@" + string(ada.ID) + ">", "dm by bob"},
		"with:@user2":                             {"root by ada", "reply by bob", "reply by eve"},
		"with:@user1":                             {"root by ada", "reply by bob", "reply by eve", "dm by bob", "dm by ada"},
		"root during:today":                       {"root by ada"},
		"root on:today":                           {"root by ada"},
		"root before:today":                       nil,
		"root after:yesterday":                    {"root by ada"},
		"root -during:today":                      nil,
		"root during:this week":                   {"root by ada"},
		"during:2001 by":                          nil,
		"before:nonsense":                         nil,
		"has:nonsense":                            nil,
		`in:"channel" root`:                       {"root by ada"},
		"IN:#CHANNEL ROOT":                        {"root by ada"},
	} {
		b.want(0, query, texts...)
	}
	// Who is in neither the DM nor the second channel.
	b.want(2, "in:@user1")
	b.want(2, "dm")
	b.want(2, "second", "in second by ada", "in second by bob to <@"+string(ada.ID)+">")
}

func must2[T, U any](v T, _ U, err error) func(t testing.TB) T { return must(v, err) }

func TestSavedPinsReactionsEdits(t *testing.T) {
	b := newBed(t, 2)
	ctx := t.Context()
	ada, bob := b.Users[0].ID, b.Users[1].ID
	one, two := b.Post(ada, "one word"), b.Post(bob, "two word")
	must(b.Save(ctx, ada, store.Saved{Channel: b.Channel, TS: two.Message.TS}))(t)
	must(0, b.AddReaction(ctx, b.Channel, one.Message.TS, bob, "tada"))(t)
	b.settle()
	b.want(0, "is:saved", "two word")
	b.want(0, "word -is:saved", "one word")
	b.want(0, "has:reaction", "one word")
	b.want(0, "has::tada: word", "one word")
	b.want(0, "has::eyes:")
	must(b.UpdateMessage(ctx, store.Edit{Channel: b.Channel, TS: one.Message.TS, Actor: ada, Apply: func(m *chat.Message) { m.Text = "changed" }}))(t)
	must(0, b.AddPin(ctx, b.Channel, one.Message.TS, bob))(t)
	b.settle()
	b.want(0, "has:pin", "changed")
	must(0, b.RemovePin(ctx, b.Channel, one.Message.TS, bob))(t)
	must(0, b.RemoveReaction(ctx, b.Channel, one.Message.TS, bob, "tada"))(t)
	b.settle()
	b.want(0, "one")
	b.want(0, "changed", "changed")
	b.want(0, "has:reaction")
	b.want(0, "has:pin")
	must(0, b.DeleteMessage(ctx, store.Delete{Channel: b.Channel, TS: two.Message.TS, Actor: bob}))(t)
	b.settle()
	b.want(0, "word")
	b.want(0, "is:saved")
}

// What is past its retention is not found, however much it was.
func TestRetention(t *testing.T) {
	b := newBed(t, 1)
	for range maxForgotten + 100 {
		b.Post(b.Users[0].ID, "old word")
	}
	b.settle()
	must(b.SetSettings(t.Context(), store.Actor{}, func(s *chat.Settings) error {
		s.RetentionDays = 1
		return nil
	}))(t)
	must(b.Store.Expire(t.Context(), time.Now().Add(100*24*time.Hour)))(t)
	b.settle()
	b.want(0, "word")
	b.Post(b.Users[0].ID, "new word")
	b.settle()
	b.want(0, "word", "new word")
}

func TestRights(t *testing.T) {
	b := newBed(t, 3)
	ctx := t.Context()
	ada, bob, eve := b.Users[0], b.Users[1], b.Users[2]
	private := must(b.CreateChannel(ctx, store.NewChannel{Name: "private", Private: true, Creator: ada.ID, Members: []chat.UserID{bob.ID}}))(t)
	guest := must(b.CreateUser(ctx, store.NewUser{Name: "guest", Email: "guest@example.com", Role: chat.Guest}))(t)
	b.Users = append(b.Users, guest)
	public := b.NewChannel("apart", ada.ID)
	b.PostTo(private.ID, ada.ID, "secret word")
	b.PostTo(public, ada.ID, "public word")
	b.settle()
	b.want(0, "word", "secret word", "public word")
	b.want(1, "word", "secret word", "public word")
	b.want(2, "word", "public word")
	b.want(2, "in:#private")
	b.want(2, "in:"+string(private.ID))
	b.want(2, "from:@user0 -public")
	b.want(3, "word")
	must(0, b.Leave(ctx, private.ID, bob.ID, ada.ID))(t)
	b.want(1, "word", "public word")
	_ = eve
	must(0, b.Archive(ctx, public, ada.ID))(t)
	b.settle()
	b.want(2, "word", "public word")
}

func TestWorkspacesAreApart(t *testing.T) {
	b := newBed(t, 1)
	other := newTeamBeside(b)
	b.Post(b.Users[0].ID, "ours word")
	other.Post(other.Users[0].ID, "theirs word")
	b.settle()
	b.want(0, "word", "ours word")
	for _, query := range []string{
		"from:" + string(other.Users[0].ID), "in:" + string(other.Channel), "from:<@" + string(other.Users[0].ID) + ">", "theirs",
		"word in:" + string(other.Channel), "with:" + string(other.Users[0].ID), "to:" + string(other.Users[0].ID),
	} {
		b.want(0, query)
	}
	// A user of one workspace with the id of the other is nobody there.
	_, err := b.server.Search(t.Context(), chat.SearchRequest{Caller: chat.Caller{Workspace: b.ID(), User: other.Users[0].ID}, Query: "word", Count: 10})
	if chat.CodeOf(err) != chat.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestPagesStayWhileOthersPost(t *testing.T) {
	b := newBed(t, 1)
	ada := b.Users[0].ID
	for i := range 25 {
		b.Post(ada, fmt.Sprintf("word %d", i))
	}
	b.settle()
	for _, byTime := range []bool{true, false} {
		for _, oldest := range []bool{true, false} {
			seen, total := map[chat.TS]bool{}, 0
			for after, pages := "", 0; ; pages++ {
				found := b.find(0, "word", func(r *chat.SearchRequest) { r.Count, r.After, r.ByTime, r.Oldest = 7, after, byTime, oldest })
				if pages == 0 {
					total = found.Total
				}
				for _, h := range found.Hits {
					if seen[h.TS] {
						t.Errorf("by time %v: %s twice", byTime, h.TS)
					}
					seen[h.TS] = true
				}
				if after = found.Next; after == "" {
					break
				}
				b.Post(ada, "a later word")
				b.settle()
			}
			if len(seen) != total || total < 25 {
				t.Errorf("by time %v, oldest %v: %d of %d", byTime, oldest, len(seen), total)
			}
		}
	}
}
