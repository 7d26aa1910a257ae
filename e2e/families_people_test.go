//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// people are found by their address and as bots, and tell who they are.
func (f *family) people(t *testing.T) {
	me := f.sdk.must(t, "users.info", object{"user": f.sdk.user})
	email := me.text("user", "profile", "email")
	if found := f.sdk.must(t, "users.lookupByEmail", object{"email": email}); found.text("user", "id") != f.sdk.user {
		t.Errorf("%s is %v", email, found)
	}
	f.sdk.refused(t, "users_not_found", "users.lookupByEmail", object{"email": "nobody@example.com"})
	if who := f.sdk.must(t, "users.identity", object{}); who.text("user", "id") != f.sdk.user || who.text("team", "id") != f.space.ID {
		t.Errorf("users.identity says %v", who)
	}
	f.sdk.must(t, "team.profile.get", object{})
	bot := f.space.Bots[0]
	if info := f.sdk.must(t, "bots.info", object{"bot": bot.ID}); info.text("bot", "user_id") != bot.User {
		t.Errorf("bots.info says %v", info)
	}
	f.sdk.refused(t, "bot_not_found", "bots.info", object{"bot": "B0000000000"})
}

// conversations are closed, archived and come back, and say what they are for.
func (f *family) conversations(t *testing.T) {
	dm := f.sdk.must(t, "conversations.open", object{"users": f.listener.user}).text("channel", "id")
	f.sdk.must(t, "conversations.close", object{"channel": dm})
	id := f.sdk.must(t, "conversations.create", object{"name": "c" + strings.ToLower(f.word())}).text("channel", "id")
	f.sdk.must(t, "conversations.setPurpose", object{"channel": id, "purpose": "to be used"})
	f.sdk.must(t, "conversations.archive", object{"channel": id})
	f.sdk.must(t, "conversations.unarchive", object{"channel": id})
	info := f.sdk.must(t, "conversations.info", object{"channel": id})
	if info.text("channel", "purpose", "value") != "to be used" || info.at("channel", "is_archived") == true {
		t.Errorf("the channel is %v", info)
	}
	f.sdk.refused(t, "not_archived", "conversations.unarchive", object{"channel": id})
}

// reacted is what one has reacted to, here what one said of oneself.
func (f *family) reacted(t *testing.T) {
	text := "waves, says " + f.word()
	ts := f.sdk.must(t, "chat.meMessage", object{"channel": f.channel, "text": text}).text("ts")
	f.listener.await(t, "the me_message", all(has("me_message", "subtype"), has(text, "text"), has(ts, "ts")))
	f.sdk.must(t, "reactions.add", object{"channel": f.channel, "timestamp": ts, "name": "wave"})
	items := f.sdk.must(t, "reactions.list", object{"user": f.sdk.user}).list("items")
	if len(items) == 0 || items[0].text("message", "ts") != ts {
		t.Errorf("reactions.list is %v, want %s first", items, ts)
	}
}

// testTokenIsRevoked: a token that its SDK gave back is none any more.
func testTokenIsRevoked(t *testing.T, s *server, user, token string) {
	client := slackGo(t, s, user, token)
	client.must(t, "auth.test", object{})
	client.must(t, "auth.revoke", object{"token": token})
	client.refused(t, "token_revoked", "auth.test", object{})
}
