//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// cast is a workspace with one person or bot for each SDK.
type cast struct {
	server *server
	space  workspace
	sdks   map[string]*sdk
}

// gather starts a server and all SDKs. slack_sdk.rtm_v2 ignores people's events
// unless its token is a bot's, so it gets the bot.
func gather(t *testing.T) *cast {
	t.Helper()
	s, w := running(t, "--users", "8", "--bots", "1", "--channels", "2")
	c := &cast{server: s, space: w, sdks: map[string]*sdk{}}
	c.sdks["go"] = slackGo(t, s, w.Users[1].ID, w.Users[1].Token)
	c.sdks["node"] = node(t, s, w.Users[2].ID, w.Users[2].Token)
	c.sdks["python"] = python(t, s, "sync", w.Bots[0].User, w.Bots[0].Token)
	c.sdks["async"] = python(t, s, "async", w.Users[3].ID, w.Users[3].Token)
	return c
}

// pair is one SDK that speaks and one that listens, with a channel of their own.
type pair struct {
	*cast
	speaker, listener *sdk
	channel           string
}

// TestSDKsConverse lets each SDK speak to another, in a ring, so that each one's
// calls are seen on another one's socket.
func TestSDKsConverse(t *testing.T) {
	c := gather(t)
	ring := []string{"go", "node", "python", "async", "go"}
	for i, from := range ring[:len(ring)-1] {
		p := &pair{cast: c, speaker: c.sdks[from], listener: c.sdks[ring[i+1]]}
		t.Run(from+" to "+ring[i+1], p.converse)
	}
}

func (p *pair) converse(t *testing.T) {
	t.Run("channel", p.makeChannel)
	if p.channel == "" {
		t.Fatal("there is no channel to talk in")
	}
	for _, part := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"message", p.message},
		{"socket message", p.socketMessage},
		{"thread", p.thread},
		{"edit and delete", p.editAndDelete},
		{"reactions", p.reactions},
		{"direct message", p.directMessage},
		{"group direct message", p.groupMessage},
		{"private channel", p.privateChannel},
		{"marks", p.marks},
		{"pages", p.paging},
		{"ephemeral", p.ephemeral},
		{"typing", p.typing},
		{"presence", p.presence},
		{"directory", p.directory},
		{"error names", p.errorNames},
		{"leave and archive", p.leaveAndArchive},
	} {
		t.Run(part.name, part.run)
	}
}

func (p *pair) makeChannel(t *testing.T) {
	name := strings.ToLower(strings.ReplaceAll(p.speaker.name, " ", "-")) + fmt.Sprint("-", time.Now().UnixMilli()%100000)
	made := p.speaker.must(t, "conversations.create", object{"name": name})
	id := made.text("channel", "id")
	if !strings.HasPrefix(id, "C") || made.text("channel", "name") != name {
		t.Fatalf("created %v", made)
	}
	p.speaker.must(t, "conversations.invite", object{"channel": id, "users": p.listener.user})
	p.listener.await(t, "the invited one's channel_joined", all(has("channel_joined", "type"), has(id, "channel", "id")))
	p.listener.await(t, "the own join", all(has("member_joined_channel", "type"), has(p.listener.user, "user"), has(id, "channel")))
	p.speaker.await(t, "the inviter's sight of the join", all(has("member_joined_channel", "type"), has(p.listener.user, "user"), has(id, "channel")))
	p.channel = id
}

// post posts and waits for the listener to hear it.
func (p *pair) post(t *testing.T, text string) (ts string) {
	t.Helper()
	ts = p.speaker.must(t, "chat.postMessage", object{"channel": p.channel, "text": text}).text("ts")
	p.heard(t, p.channel, ts, text)
	return ts
}

func (p *pair) heard(t *testing.T, channel, ts, text string) object {
	t.Helper()
	return p.listener.await(t, fmt.Sprintf("%q in %s", text, channel), all(has("message", "type"), has(channel, "channel"), has(ts, "ts"), has(text, "text")))
}

func (p *pair) message(t *testing.T) {
	text := "hello <@" + p.listener.user + ">, *bold* &amp; &lt;b&gt; caf\u00e9 \U0001f600"
	ts := p.speaker.must(t, "chat.postMessage", object{"channel": p.channel, "text": text}).text("ts")
	event := p.listener.await(t, "the message", all(has("message", "type"), has(ts, "ts"), has(p.channel, "channel")))
	if event.text("user") != p.speaker.user {
		t.Errorf("the message's user is %q, want %s: %v", event.text("user"), p.speaker.user, event)
	}
	if got := event.text("text"); !strings.Contains(got, "<@"+p.listener.user+">") || !strings.Contains(got, "&lt;b&gt;") {
		t.Errorf("the message's text is %q, posted was %q", got, text)
	}
	if len(event.list("blocks")) == 0 {
		t.Errorf("the message has no blocks: %v", event)
	}
	history := p.listener.must(t, "conversations.history", object{"channel": p.channel, "limit": 1})
	if m := history.list("messages"); len(m) != 1 || m[0].text("ts") != ts || m[0].text("text") != event.text("text") {
		t.Errorf("history shows %v, the socket showed %v", m, event)
	}
	link := p.listener.must(t, "chat.getPermalink", object{"channel": p.channel, "message_ts": ts}).text("permalink")
	if want := "/archives/" + p.channel + "/p" + strings.ReplaceAll(ts, ".", ""); !strings.Contains(link, want) {
		t.Errorf("permalink %q, want one with %s", link, want)
	}
}

func (p *pair) socketMessage(t *testing.T) {
	text := "over the socket from " + p.speaker.name
	p.speaker.act(t, object{"do": "send", "channel": p.channel, "text": text})
	event := p.listener.await(t, "the socket's message", all(has("message", "type"), has(text, "text")))
	if event.text("user") != p.speaker.user || event.text("channel") != p.channel {
		t.Errorf("heard %v", event)
	}
}

func (p *pair) thread(t *testing.T) {
	root := p.post(t, "root")
	reply := p.listener.must(t, "chat.postMessage", object{"channel": p.channel, "text": "a reply", "thread_ts": root}).text("ts")
	p.speaker.await(t, "the reply", all(has("message", "type"), has(reply, "ts"), has(root, "thread_ts")))
	wide := p.listener.must(t, "chat.postMessage", object{"channel": p.channel, "text": "for all", "thread_ts": root, "reply_broadcast": true}).text("ts")
	p.speaker.await(t, "the broadcast reply", all(has("message", "type"), has("thread_broadcast", "subtype"), has(wide, "ts")))

	thread := p.speaker.must(t, "conversations.replies", object{"channel": p.channel, "ts": root}).list("messages")
	if got, want := timestamps(thread), []string{root, reply, wide}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("the thread is %v, want %v", got, want)
	}
	if n := thread[0].at("reply_count"); fmt.Sprint(n) != "2" {
		t.Errorf("reply_count is %v, want 2", n)
	}
	for _, m := range p.speaker.must(t, "conversations.history", object{"channel": p.channel, "limit": 10}).list("messages") {
		if m.text("ts") == reply {
			t.Error("a plain reply is in the history")
		}
	}
	p.speaker.refused(t, "thread_not_found", "conversations.replies", object{"channel": p.channel, "ts": "1000000000.000000"})
}

func timestamps(messages []object) (ts []string) {
	for _, m := range messages {
		ts = append(ts, m.text("ts"))
	}
	return ts
}

func (p *pair) editAndDelete(t *testing.T) {
	ts := p.post(t, "before")
	p.speaker.must(t, "chat.update", object{"channel": p.channel, "ts": ts, "text": "after"})
	event := p.listener.await(t, "the edit", all(has("message_changed", "subtype"), has(ts, "message", "ts")))
	if event.text("message", "text") != "after" || event.text("message", "edited", "user") != p.speaker.user {
		t.Errorf("the edit is %v", event)
	}
	p.listener.refused(t, "cant_update_message", "chat.update", object{"channel": p.channel, "ts": ts, "text": "not mine"})
	p.listener.refused(t, "cant_delete_message", "chat.delete", object{"channel": p.channel, "ts": ts})
	p.speaker.must(t, "chat.delete", object{"channel": p.channel, "ts": ts})
	p.listener.await(t, "the deletion", all(has("message_deleted", "subtype"), has(ts, "deleted_ts")))
	for _, m := range p.listener.must(t, "conversations.history", object{"channel": p.channel, "limit": 5}).list("messages") {
		if m.text("ts") == ts {
			t.Errorf("history still shows %v", m)
		}
	}
	p.speaker.refused(t, "message_not_found", "chat.delete", object{"channel": p.channel, "ts": ts})
}

func (p *pair) reactions(t *testing.T) {
	ts := p.post(t, "react to me")
	thumb := object{"channel": p.channel, "timestamp": ts, "name": "thumbsup"}
	p.speaker.must(t, "reactions.add", thumb)
	event := p.listener.await(t, "the reaction", all(has("reaction_added", "type"), has(ts, "item", "ts")))
	if event.text("reaction") == "" || event.text("user") != p.speaker.user {
		t.Errorf("heard %v", event)
	}
	p.speaker.refused(t, "already_reacted", "reactions.add", thumb)
	p.listener.must(t, "reactions.add", thumb)
	got := p.speaker.must(t, "reactions.get", thumb).list("message", "reactions")
	if len(got) != 1 || fmt.Sprint(got[0]["count"]) != "2" {
		t.Errorf("reactions are %v, want one of two people", got)
	}
	p.speaker.must(t, "reactions.remove", thumb)
	p.listener.await(t, "the removal", all(has("reaction_removed", "type"), has(ts, "item", "ts")))
	p.speaker.refused(t, "no_reaction", "reactions.remove", thumb)
}

func (p *pair) directMessage(t *testing.T) {
	dm := p.speaker.must(t, "conversations.open", object{"users": p.listener.user, "return_im": true}).text("channel", "id")
	if !strings.HasPrefix(dm, "D") {
		t.Fatalf("a DM's id is %q", dm)
	}
	ts := p.speaker.must(t, "chat.postMessage", object{"channel": dm, "text": "between us"}).text("ts")
	p.heard(t, dm, ts, "between us")
	if back := p.listener.must(t, "conversations.open", object{"users": p.speaker.user, "return_im": true}).text("channel", "id"); back != dm {
		t.Errorf("the other side opens %s, want %s", back, dm)
	}
	ts = p.listener.must(t, "chat.postMessage", object{"channel": dm, "text": "yes"}).text("ts")
	p.speaker.await(t, "the answer", all(has("message", "type"), has(dm, "channel"), has(ts, "ts")))
}

func (p *pair) groupMessage(t *testing.T) {
	group := p.speaker.must(t, "conversations.open", object{"users": p.listener.user + "," + p.space.Users[5].ID}).text("channel", "id")
	ts := p.speaker.must(t, "chat.postMessage", object{"channel": group, "text": "the three of us"}).text("ts")
	p.heard(t, group, ts, "the three of us")
	info := p.listener.must(t, "conversations.info", object{"channel": group})
	if info.at("channel", "is_mpim") != true {
		t.Errorf("a group DM is %v", info)
	}
}

func (p *pair) privateChannel(t *testing.T) {
	name := fmt.Sprint("secret-", time.Now().UnixMilli())
	secret := p.speaker.must(t, "conversations.create", object{"name": name, "is_private": true}).text("channel", "id")
	ts := p.speaker.must(t, "chat.postMessage", object{"channel": secret, "text": "nobody hears this"}).text("ts")
	for _, method := range []string{"conversations.info", "conversations.history", "conversations.members"} {
		p.listener.refused(t, "channel_not_found", method, object{"channel": secret})
	}
	p.listener.refused(t, "channel_not_found", "chat.postMessage", object{"channel": secret, "text": "let me in"})
	p.speaker.must(t, "conversations.invite", object{"channel": secret, "users": p.listener.user})
	p.listener.await(t, "group_joined", all(has("group_joined", "type"), has(secret, "channel", "id")))
	if p.listener.find(0, has(ts, "ts")) != nil {
		t.Error("a message from before the invitation was delivered")
	}
	ts = p.speaker.must(t, "chat.postMessage", object{"channel": secret, "text": "now you do"}).text("ts")
	p.heard(t, secret, ts, "now you do")
	p.speaker.must(t, "conversations.kick", object{"channel": secret, "user": p.listener.user})
	p.listener.refused(t, "channel_not_found", "conversations.info", object{"channel": secret})
}

func (p *pair) marks(t *testing.T) {
	ts := p.post(t, "read me")
	p.listener.must(t, "conversations.mark", object{"channel": p.channel, "ts": ts})
	p.listener.await(t, "the mark", all(has("channel_marked", "type"), has(p.channel, "channel"), has(ts, "ts")))
	info := p.listener.must(t, "conversations.info", object{"channel": p.channel})
	if info.text("channel", "last_read") != ts {
		t.Errorf("last_read is %q, want %s", info.text("channel", "last_read"), ts)
	}
}

func (p *pair) paging(t *testing.T) {
	var want []string
	for i := range 7 {
		want = append([]string{p.post(t, fmt.Sprint("page ", i))}, want...)
	}
	messages, pages := p.listener.pages(t, "conversations.history", "messages", object{"channel": p.channel, "limit": 3})
	got := timestamps(messages)
	if len(got) < len(want) || fmt.Sprint(got[:len(want)]) != fmt.Sprint(want) {
		t.Errorf("the pages hold %v, want first %v", got, want)
	}
	seen := map[string]bool{}
	for _, ts := range got {
		if seen[ts] {
			t.Errorf("%s is on two pages", ts)
		}
		seen[ts] = true
	}
	if pages < 3 {
		t.Errorf("%d messages came on %d pages of at most 3", len(got), pages)
	}
}

func (p *pair) ephemeral(t *testing.T) {
	text := "for your eyes, " + p.listener.name
	ts := p.speaker.must(t, "chat.postEphemeral", object{"channel": p.channel, "user": p.listener.user, "text": text}).text("message_ts")
	if ts == "" {
		t.Error("there is no message_ts")
	}
	p.listener.await(t, "the ephemeral message", all(has("message", "type"), has(text, "text")))
	for _, m := range p.listener.must(t, "conversations.history", object{"channel": p.channel, "limit": 5}).list("messages") {
		if m.text("text") == text {
			t.Error("an ephemeral message is in the history")
		}
	}
	if p.speaker.find(0, has(text, "text")) != nil {
		t.Error("an ephemeral message came to somebody else")
	}
}

func (p *pair) typing(t *testing.T) {
	p.speaker.act(t, object{"do": "typing", "channel": p.channel})
	p.listener.await(t, "user_typing", all(has("user_typing", "type"), has(p.speaker.user, "user"), has(p.channel, "channel")))
}

func (p *pair) presence(t *testing.T) {
	p.listener.act(t, object{"do": "presence", "users": []string{p.speaker.user}})
	says := func(state string) func(object) bool {
		return all(has("presence_change", "type"), has(p.speaker.user, "user"), has(state, "presence"))
	}
	p.listener.await(t, "the snapshot", says("active"))
	from := p.listener.mark()
	p.speaker.must(t, "users.setPresence", object{"presence": "away"})
	p.listener.awaitFrom(t, from, "manual away", says("away"))
	from = p.listener.mark()
	p.speaker.must(t, "users.setPresence", object{"presence": "auto"})
	p.listener.awaitFrom(t, from, "back again", says("active"))
	if got := p.listener.must(t, "users.getPresence", object{"user": p.speaker.user}).text("presence"); got != "active" {
		t.Errorf("users.getPresence says %q", got)
	}
}

func (p *pair) directory(t *testing.T) {
	who := p.speaker.must(t, "auth.test", object{})
	if who.text("user_id") != p.speaker.user || !strings.HasSuffix(who.text("url"), "/") || who.text("team_id") != p.space.ID {
		t.Errorf("auth.test says %v", who)
	}
	user := p.speaker.must(t, "users.info", object{"user": p.listener.user})
	if user.text("user", "id") != p.listener.user || user.text("user", "name") == "" {
		t.Errorf("users.info says %v", user)
	}
	if n := len(p.speaker.must(t, "users.list", object{}).list("members")); n < len(p.space.Users) {
		t.Errorf("users.list holds %d, want at least %d", n, len(p.space.Users))
	}
	if got := p.speaker.must(t, "team.info", object{}).text("team", "domain"); got != p.space.Domain {
		t.Errorf("team.info says %q", got)
	}
	p.speaker.must(t, "emoji.list", object{})
	members, _ := p.speaker.must(t, "conversations.members", object{"channel": p.channel}).at("members").([]any)
	if len(members) != 2 {
		t.Errorf("the channel's members are %v, want two", members)
	}
	mine, _ := p.speaker.pages(t, "users.conversations", "channels", object{})
	found := false
	for _, c := range mine {
		found = found || c.text("id") == p.channel
	}
	if !found {
		t.Errorf("users.conversations lacks %s: %v", p.channel, mine)
	}
}

func (p *pair) errorNames(t *testing.T) {
	elsewhere := object{"channel": "C0000000000", "text": "x"}
	p.speaker.refused(t, "channel_not_found", "chat.postMessage", elsewhere)
	p.speaker.refused(t, "no_text", "chat.postMessage", object{"channel": p.channel, "text": ""})
	p.speaker.refused(t, "message_not_found", "chat.update", object{"channel": p.channel, "ts": "1000000000.000000", "text": "x"})
	p.speaker.refused(t, "user_not_found", "users.info", object{"user": "U0000000000"})
	p.speaker.refused(t, "name_taken", "conversations.create", object{"name": p.space.Channels[0].Name})
	p.speaker.refused(t, "cant_invite_self", "conversations.invite", object{"channel": p.channel, "users": p.speaker.user})
}

func (p *pair) leaveAndArchive(t *testing.T) {
	p.listener.must(t, "conversations.leave", object{"channel": p.channel})
	p.speaker.await(t, "the leave", all(has("member_left_channel", "type"), has(p.listener.user, "user"), has(p.channel, "channel")))
	p.listener.refused(t, "not_in_channel", "conversations.setTopic", object{"channel": p.channel, "topic": "still here?"})
	p.speaker.must(t, "conversations.archive", object{"channel": p.channel})
	p.speaker.refused(t, "is_archived", "chat.postMessage", object{"channel": p.channel, "text": "echo"})
}
