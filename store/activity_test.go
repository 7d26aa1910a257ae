package store

import (
	"slices"
	"testing"

	"taut/chat"
)

// Each kind is told of once, in order and on one page, also where channels give
// the same ts, and where several reactions came with an import, at the same one.
func TestActivityPages(t *testing.T) {
	tm := openTeam(t)
	ada, bob, ctx := tm.user("ada"), tm.user("bob"), t.Context()
	for _, name := range []string{"one", "two"} {
		c := tm.channel(name, ada.ID, bob.ID)
		root := tm.post(c.ID, ada.ID, "root").Message.TS
		for _, p := range []Post{
			{Message: chat.Message{Text: "ada"}, MentionUsers: []chat.UserID{ada.ID}, MentionAll: true},
			{Message: chat.Message{Text: "reply", ThreadTS: root}, MentionUsers: []chat.UserID{ada.ID}},
		} {
			p.Channel, p.Author = c.ID, bob.ID
			_, err := tm.PostMessage(ctx, p)
			tm.must(err)
		}
		for _, emoji := range []string{"eyes", "tada"} {
			tm.must(tm.AddReaction(ctx, c.ID, root, bob.ID, emoji))
			tm.must(tm.AddReaction(ctx, c.ID, root, ada.ID, emoji))
		}
		tm.must(tm.store.write(ctx, func(x *tx) error {
			_, err := x.exec("UPDATE reactions SET added_ts = 5000000 WHERE workspace_id = ? AND stream_id = ?", tm.id, c.ID)
			return err
		}))
	}
	q := ActivityQuery{User: ada.ID, Types: []chat.ChannelType{chat.PublicChannel}, Limit: 100}
	all, err := tm.Activity(ctx, q)
	tm.must(err)
	kinds := map[ActivityKind]int{}
	for _, a := range all {
		kinds[a.Kind]++
	}
	// A message that mentions her and all is one thing, and so is a reply that does.
	if len(all) != 8 || kinds[ActivityMention] != 4 || kinds[ActivityReaction] != 4 {
		t.Errorf("got %v", all)
	}
	var paged []Activity
	for q.Limit = 1; len(paged) <= len(all); {
		page, err := tm.Activity(ctx, q)
		tm.must(err)
		if len(page) == 0 {
			break
		}
		paged, q.After = append(paged, page...), page[0].ActivityPlace
	}
	if !slices.Equal(paged, all) {
		t.Errorf("page by page %v, at once %v", paged, all)
	}
}
