package store

import (
	"slices"
	"testing"

	"taut/chat"
)

// Threads whose latest replies have the same ts, as channels give the same ones,
// are each on one page.
func TestFollowedThreadsAtTheSameTS(t *testing.T) {
	tm := openTeam(t)
	ada, bob, ctx := tm.user("ada"), tm.user("bob"), t.Context()
	for _, name := range []string{"one", "two", "three"} {
		c := tm.channel(name, ada.ID, bob.ID)
		for range 2 {
			root := tm.post(c.ID, ada.ID, "root")
			_, err := tm.PostMessage(ctx, Post{Channel: c.ID, Author: bob.ID, Message: chat.Message{Text: "reply", ThreadTS: root.Message.TS}})
			tm.must(err)
			tm.must(tm.store.write(ctx, func(x *tx) error {
				_, err := x.exec("UPDATE message_state SET latest_reply = 5000000 WHERE workspace_id = ? AND stream_id = ? AND ts = ?", tm.id, c.ID, root.Message.TS)
				return err
			}))
		}
	}
	var got, want []ThreadPlace
	q := ThreadQuery{User: ada.ID, Types: []chat.ChannelType{chat.PublicChannel}, Limit: 1}
	for {
		page, err := tm.FollowedThreads(ctx, q)
		tm.must(err)
		if len(page) == 0 || len(got) > 6 {
			break
		}
		q.After = page[0].Place()
		got = append(got, q.After)
	}
	q = ThreadQuery{User: ada.ID, Types: q.Types, Limit: 10}
	all, err := tm.FollowedThreads(ctx, q)
	tm.must(err)
	for _, f := range all {
		want = append(want, f.Place())
	}
	if len(want) != 6 || !slices.Equal(got, want) {
		t.Errorf("page by page %v, at once %v", got, want)
	}
	q.After = ThreadPlace{Latest: 5000000}
	if rest, err := tm.FollowedThreads(ctx, q); err != nil || len(rest) > 0 {
		t.Errorf("before that ts there are %v, %v", rest, err)
	}
}
