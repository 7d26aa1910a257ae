package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/words"
	"taut/store"
)

// posted is a message that was posted once, whatever became of it.
type posted struct {
	channel chat.ChannelID
	ts      chat.TS
	author  chat.UserID
}

// chaos does things at random to a workspace.
type chaos struct {
	*bed
	random   *rand.Rand
	channels []chat.ChannelID
	posted   []posted
}

var vocabulary = strings.Fields("alpha beta gamma delta Épsilon zeta 東京都 京都 foo_bar baz-qux one two three")

func (c *chaos) text() string {
	var parts []string
	for range 1 + c.random.IntN(4) {
		parts = append(parts, vocabulary[c.random.IntN(len(vocabulary))])
	}
	return strings.Join(parts, " ")
}

// step does one thing; what is refused, as of one who is no member, is no
// matter.
func (c *chaos) step() {
	ctx := c.t.Context()
	user := c.Users[c.random.IntN(len(c.Users))].ID
	channel := c.channels[c.random.IntN(len(c.channels))]
	switch n := c.random.IntN(20); {
	case n < 9 || len(c.posted) == 0:
		c.post(store.Post{Channel: channel, Author: user, Message: chat.Message{Text: c.text()}})
	case n < 11:
		root := c.posted[c.random.IntN(len(c.posted))]
		c.post(store.Post{Channel: root.channel, Author: user, Broadcast: n == 10, Message: chat.Message{Text: c.text(), ThreadTS: root.ts}})
	case n < 13:
		p, text := c.posted[c.random.IntN(len(c.posted))], c.text()
		c.UpdateMessage(ctx, store.Edit{Channel: p.channel, TS: p.ts, Actor: p.author, Apply: func(m *chat.Message) { m.Text = text }})
	case n < 15:
		p := c.posted[c.random.IntN(len(c.posted))]
		c.DeleteMessage(ctx, store.Delete{Channel: p.channel, TS: p.ts, Actor: p.author})
	case n < 17:
		p := c.posted[c.random.IntN(len(c.posted))]
		c.AddReaction(ctx, p.channel, p.ts, user, "eyes")
	case n < 18:
		c.Leave(ctx, channel, user, c.Users[0].ID)
	case n < 19:
		c.Join(ctx, channel, user, "")
	default:
		c.close()
		c.open()
	}
}

func (c *chaos) post(p store.Post) {
	if done, err := c.PostMessage(c.t.Context(), p); err == nil {
		c.posted = append(c.posted, posted{p.Channel, done.Message.TS, p.Author})
	}
}

// scan finds by reading everything.
func (c *chaos) scan(user chat.UserID, fits func(chat.Message) bool) []string {
	found := []string{}
	for _, p := range c.posted {
		channel := must(c.Channel(p))(c.t)
		member := must(c.IsMember(c.t.Context(), p.channel, user))(c.t)
		if !member && channel.Type != chat.PublicChannel {
			continue
		}
		m, err := c.Message(c.t.Context(), p.channel, p.ts)
		if err == nil && m.Subtype != chat.SubtypeTombstone && fits(m) {
			found = append(found, string(p.channel)+p.ts.String())
		}
	}
	slices.Sort(found)
	return found
}

// Channel is the one that it was posted to.
func (c *chaos) Channel(p posted) (chat.Channel, error) {
	return c.Workspace.Channel(c.t.Context(), p.channel)
}

func has(m chat.Message, word string) bool {
	for w := range words.In(m.Text) {
		if w.Text == word {
			return true
		}
	}
	return false
}

// What the index finds is what a scan of history finds, whatever was posted,
// edited, deleted, and wherever the process stopped.
func TestIndexEqualsHistory(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b := newBed(t, 4)
			ids := b.IDs()
			private := must(b.CreateChannel(t.Context(), store.NewChannel{Name: "private", Private: true, Creator: ids[0], Members: ids[1:3]}))(t)
			dm := must2(b.OpenDM(t.Context(), ids[:2]))(t)
			c := &chaos{bed: b, random: rand.New(rand.NewPCG(seed, 1)), channels: []chat.ChannelID{b.Channel, b.NewChannel("open", ids[0]), private.ID, dm.ID}}
			for range 4 {
				for range 60 {
					c.step()
				}
				c.settle()
				c.compare()
			}
		})
	}
}

func (c *chaos) compare() {
	c.t.Helper()
	for i, u := range c.Users {
		for query, fits := range map[string]func(chat.Message) bool{
			`"alpha"`:               func(m chat.Message) bool { return has(m, "alpha") },
			"epsilon":               func(m chat.Message) bool { return has(m, "epsilon") },
			"京都":                    func(m chat.Message) bool { return has(m, "京都") },
			"from:me":               func(m chat.Message) bool { return m.User == u.ID },
			`"one" -"two"`:          func(m chat.Message) bool { return has(m, "one") && !has(m, "two") },
			`-"one" -from:me`:       func(m chat.Message) bool { return !has(m, "one") && m.User != u.ID },
			"has:reaction":          func(m chat.Message) bool { return len(m.Reactions) > 0 },
			"is:thread":             func(m chat.Message) bool { return m.ThreadTS != 0 },
			`"foo bar" -has::eyes:`: func(m chat.Message) bool { return strings.Contains(m.Text, "foo_bar") && len(m.Reactions) == 0 },
		} {
			found := c.find(i, query, func(r *chat.SearchRequest) { r.Count = 1000 })
			got := []string{}
			for _, h := range found.Hits {
				got = append(got, string(h.Channel)+h.TS.String())
			}
			slices.Sort(got)
			if want := c.scan(u.ID, fits); !slices.Equal(got, want) || found.Total != len(want) {
				c.t.Errorf("%s as user %d: %d found of total %d, want %d", query, i, len(got), found.Total, len(want))
			}
		}
	}
}
