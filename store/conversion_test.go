package store_test

import (
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// A conversion decides who sees a channel's files, its threads and itself.
func testConversion(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	ctx, owner := t.Context(), team.Users[0].ID
	other := team.AddUser("outsider").ID
	id := kept(t, team, owner, "one.png")
	posted := must(team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: owner, Files: []chat.FileID{id}, Message: chat.Message{Text: "x"}}))(t)
	must(team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: owner, Message: chat.Message{Text: "y", ThreadTS: posted.Message.TS}}))(t)
	if err := team.FollowThread(ctx, team.Channel, posted.Message.TS, other, 0); err != nil {
		t.Fatal(err)
	}
	for _, to := range []chat.ChannelType{chat.PrivateChannel, chat.PublicChannel} {
		if c := must(team.Convert(ctx, team.Channel, store.Actor{User: owner}, to))(t); c.Type != to {
			t.Errorf("it is %s, not %s", c.Type, to)
		}
		seen := 0
		if to == chat.PublicChannel {
			seen = 1
		}
		_, err := team.FileVisible(ctx, id, store.FileViewer{User: other})
		if (err == nil) != (seen == 1) {
			t.Errorf("the file of a %s: %v", to, err)
		}
		shares := must(team.FileShares(ctx, id, store.FileViewer{User: owner}))(t)
		if f := must(team.File(ctx, id))(t); f.Public != (seen == 1) || len(shares) != 1 || shares[0].Public != (seen == 1) {
			t.Errorf("in a %s the file is public: %v, its shares are %+v", to, f.Public, shares)
		}
		threads := must(team.FollowedThreads(ctx, store.ThreadQuery{User: other, Types: []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel}}))(t)
		listed := must(team.Channels(ctx, store.ChannelQuery{Types: []chat.ChannelType{to}, VisibleTo: other}))(t)
		found := 0
		for _, c := range listed {
			if c.ID == team.Channel {
				found++
			}
		}
		if len(threads) != seen || found != seen {
			t.Errorf("of a %s %d threads, and it is listed %d times", to, len(threads), found)
		}
	}
}
