package webapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"taut/chat"
)

func TestPostMessage(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	t.Run("the channel by id, name and user", func(t *testing.T) {
		for _, channel := range []string{string(a.public), "#project", "project"} {
			if got := w.ok(t, a.ada, "chat.postMessage", "channel", channel, "text", "hello"); got.text("channel") != string(a.public) {
				t.Errorf("channel %s became %v", channel, got["channel"])
			}
		}
		got := w.ok(t, a.ada, "chat.postMessage", "channel", a.bob.id, "text", "hello")
		if got.text("channel") != string(a.dm) {
			t.Errorf("the DM with bob is %v, want %s", got["channel"], a.dm)
		}
	})
	t.Run("a person's message", func(t *testing.T) {
		got := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "hello *you*")
		if got.text("message.user") != string(a.ada.id) || got.text("message.ts") != got.text("ts") || got.text("message.type") != "message" {
			t.Errorf("message %v", got["message"])
		}
		if got.text("message.team") != string(a.workspace.ID) || got.text("message.blocks.0.type") != "rich_text" {
			t.Errorf("message %v", got["message"])
		}
		if got.at("message.channel") != nil || got.at("message.bot_id") != nil || got.at("message.subtype") != nil {
			t.Errorf("message has too much: %v", got["message"])
		}
	})
	t.Run("a bot's message", func(t *testing.T) {
		got := w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", "hello")
		if got.text("message.bot_id") != string(a.robot.bot) || got.text("message.user") != string(a.robot.id) {
			t.Errorf("message %v", got["message"])
		}
		if got.text("message.bot_profile.id") != string(a.robot.bot) || got.text("message.app_id") == "" || got.at("message.subtype") != nil {
			t.Errorf("message %v", got["message"])
		}
	})
	t.Run("a bot in costume", func(t *testing.T) {
		got := w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", "hello", "username", "ecto1", "icon_emoji", "ghost")
		if got.text("message.subtype") != "bot_message" || got.text("message.username") != "ecto1" || got.text("message.icons.emoji") != ":ghost:" {
			t.Errorf("message %v", got["message"])
		}
	})
	t.Run("formatting", func(t *testing.T) {
		got := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "a <b> & http://x.example/", "link_names", "1")
		if got.text("message.text") != "a &lt;b&gt; &amp; <http://x.example/>" {
			t.Errorf("text %q", got.text("message.text"))
		}
	})
	t.Run("blocks", func(t *testing.T) {
		got := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "blocks",
			`[{"type":"section","block_id":"mine","text":{"type":"mrkdwn","text":"x"}},{"type":"divider"}]`)
		blocks := got.at("message.blocks").([]any)
		first, second := blocks[0].(map[string]any), blocks[1].(map[string]any)
		if first["block_id"] != "mine" || second["block_id"] == nil {
			t.Errorf("blocks %v", blocks)
		}
	})
	t.Run("attachments", func(t *testing.T) {
		got := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "attachments", `[{"text":"x"},{"fallback":"f"}]`)
		if got.at("message.attachments.0.id") != 1.0 || got.text("message.attachments.0.fallback") == "" {
			t.Errorf("attachments %v", got.at("message.attachments"))
		}
	})
	t.Run("metadata", func(t *testing.T) {
		got := w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", "x", "metadata", `{"event_type":"e","event_payload":{"k":1}}`)
		if got.text("message.metadata.event_type") != "e" {
			t.Errorf("metadata %v", got.at("message.metadata"))
		}
	})
	t.Run("markdown", func(t *testing.T) {
		got := w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "markdown_text", "**x**")
		if got.text("message.blocks.0.text") != "**x**" {
			t.Errorf("message %v", got["message"])
		}
	})
	t.Run("a thread", func(t *testing.T) {
		root := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "root").text("ts")
		reply := w.ok(t, a.bob, "chat.postMessage", "channel", a.public, "text", "reply", "thread_ts", root)
		if reply.text("message.thread_ts") != root || reply.text("message.parent_user_id") != string(a.ada.id) {
			t.Errorf("reply %v", reply["message"])
		}
		shout := w.ok(t, a.bob, "chat.postMessage", "channel", a.public, "text", "shout", "thread_ts", root, "reply_broadcast", "true")
		if shout.text("message.subtype") != "thread_broadcast" {
			t.Errorf("broadcast %v", shout["message"])
		}
	})
	t.Run("cut when too long", func(t *testing.T) {
		got := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", strings.Repeat("ä", maxText+1))
		if got["warning"] != "message_truncated" || len([]rune(got.text("message.text"))) != maxText {
			t.Errorf("warning %v, %d characters", got["warning"], len([]rune(got.text("message.text"))))
		}
	})
	t.Run("the same key twice", func(t *testing.T) {
		args := []any{"channel", a.public, "text", "once", "client_msg_id", "9a8b7c6d-0000-4000-8000-000000000001"}
		first, second := w.ok(t, a.ada, "chat.postMessage", args...), w.ok(t, a.ada, "chat.postMessage", args...)
		if first.text("ts") != second.text("ts") || second["is_duplicate"] != true || first["is_duplicate"] != nil {
			t.Errorf("first %v, second %v", first, second)
		}
		if first.text("message.client_msg_id") != args[5] {
			t.Errorf("message %v", first["message"])
		}
	})
}

// A JSON body carries blocks as they are, or as text like a form.
func TestPostMessageInJSON(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, body := range []string{
		`{"channel":"%s","text":"x","blocks":[{"type":"divider"}],"reply_broadcast":false,"thread_ts":null}`,
		`{"channel":"%s","text":"x","blocks":"[{\"type\":\"divider\"}]","reply_broadcast":"False","thread_ts":""}`,
	} {
		r := post("/api/chat.postMessage", "application/json;charset=utf-8", fmt.Sprintf(body, a.public))
		r.Header.Set("Authorization", "Bearer "+a.robot.token)
		_, recorded := do(t, w.server, r)
		var got result
		must(t, json.Unmarshal(recorded.Body.Bytes(), &got))
		if got.text("message.blocks.0.type") != "divider" || got.text("message.blocks.0.block_id") == "" {
			t.Errorf("%s gives %v", body, got)
		}
	}
}

func TestPostMessageErrors(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	reply := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "reply",
		"thread_ts", w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "root").text("ts")).text("ts")
	many := func(item string, n int) string { return "[" + strings.Repeat(item+",", n-1) + item + "]" }
	for _, test := range []struct {
		want string
		who  person
		args []any
	}{
		{"invalid_arguments", a.ada, []any{"text", "x"}},
		{"no_text", a.ada, []any{"channel", a.public}},
		{"no_text", a.ada, []any{"channel", a.public, "text", " \n"}},
		{"no_text", a.ada, []any{"channel", a.public, "blocks", "[]"}},
		{"channel_not_found", a.ada, []any{"channel", "C0000000000", "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", "#nowhere", "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", "no id", "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", "U0000000000", "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", a.secret, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", "secret", "text", "x"}},
		{"channel_not_found", a.eve, []any{"channel", a.dm, "text", "x"}},
		{"channel_not_found", a.guest, []any{"channel", a.public, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", o.public, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", o.dm, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", o.bob.id, "text", "x"}},
		{"not_in_channel", a.eve, []any{"channel", a.public, "text", "x"}},
		{"is_archived", a.ada, []any{"channel", a.archived, "text", "x"}},
		{"invalid_thread_ts", a.ada, []any{"channel", a.public, "text", "x", "thread_ts", "yesterday"}},
		{"thread_not_found", a.ada, []any{"channel", a.public, "text", "x", "thread_ts", "1.000001"}},
		{"cannot_reply_to_message", a.ada, []any{"channel", a.public, "text", "x", "thread_ts", reply}},
		{"invalid_blocks_format", a.ada, []any{"channel", a.public, "blocks", "{}"}},
		{"invalid_blocks_format", a.ada, []any{"channel", a.public, "blocks", "[{"}},
		{"invalid_blocks", a.ada, []any{"channel", a.public, "blocks", `[{"type":"no_such"}]`}},
		{"invalid_blocks", a.ada, []any{"channel", a.public, "blocks", `["section"]`}},
		{"invalid_blocks", a.ada, []any{"channel", a.public, "blocks", many(`{"type":"divider"}`, 51)}},
		{"invalid_blocks", a.ada, []any{"channel", a.public, "blocks", many(`{"type":"divider","block_id":"x"}`, 2)}},
		{"msg_blocks_too_long", a.ada, []any{"channel", a.public, "blocks", `[{"type":"section","text":"` + strings.Repeat("x", maxBlocksBytes) + `"}]`}},
		{"too_many_attachments", a.ada, []any{"channel", a.public, "attachments", many("{}", 101)}},
		{"invalid_attachments", a.ada, []any{"channel", a.public, "attachments", `["x"]`}},
		{"attachment_payload_limit_exceeded", a.ada, []any{"channel", a.public, "attachments", `["` + strings.Repeat("x", maxAttachmentsBytes) + `"]`}},
		{"invalid_metadata_format", a.ada, []any{"channel", a.public, "text", "x", "metadata", "[]"}},
		{"invalid_metadata_schema", a.ada, []any{"channel", a.public, "text", "x", "metadata", `{"event_type":"e"}`}},
		{"metadata_too_large", a.ada, []any{"channel", a.public, "text", "x", "metadata", `{"event_type":"` + strings.Repeat("x", maxMetadataBytes) + `"}`}},
		{"markdown_text_conflict", a.ada, []any{"channel", a.public, "text", "x", "markdown_text", "y"}},
		{"msg_too_long", a.ada, []any{"channel", a.public, "markdown_text", strings.Repeat("x", maxMarkdown+1)}},
		{"invalid_arguments", a.ada, []any{"channel", a.public, "text", "x", "client_msg_id", strings.Repeat("x", maxKey+1)}},
	} {
		w.fails(t, test.want, test.who, "chat.postMessage", test.args...)
	}
	got := w.call(t, a.ada, "chat.postMessage", "text", "x")
	if fmt.Sprint(got.at("response_metadata.messages")) != "[[ERROR] missing required field: channel]" {
		t.Errorf("messages are %v", got.at("response_metadata.messages"))
	}
}

func TestUpdate(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "first", "metadata", `{"event_type":"e","event_payload":{}}`).text("ts")
	got := w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "text", "second")
	if got.text("ts") != ts || got.text("text") != "second" || got.text("message.text") != "second" || got.text("channel") != string(a.public) {
		t.Errorf("update answers %v", got)
	}
	if tsOf(t, got.text("message.edited.ts")) <= tsOf(t, ts) {
		t.Errorf("edited at %v", got.at("message.edited.ts"))
	}
	if !strings.Contains(fmt.Sprint(got.at("message.blocks")), "second") || got.text("message.edited.user") != string(a.ada.id) {
		t.Errorf("message %v", got["message"])
	}
	if got.text("message.metadata.event_type") != "e" {
		t.Error("metadata must stay where none is given")
	}
	got = w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "blocks", `[{"type":"divider"}]`, "metadata", "{}")
	if got.text("message.text") != "second" || got.text("message.blocks.0.type") != "divider" || got.at("message.metadata") != nil {
		t.Errorf("message %v", got["message"])
	}
	got = w.ok(t, a.ada, "chat.update", "channel", a.public, "ts", ts, "text", "third")
	if got.text("message.blocks.0.type") != "divider" {
		t.Error("blocks of other kinds must stay where none are given")
	}
	bots := w.ok(t, a.robot, "chat.postMessage", "channel", a.public, "text", "mine").text("ts")
	w.ok(t, a.robot, "chat.update", "channel", a.public, "ts", bots, "text", "still mine")
	for _, test := range []struct {
		want string
		who  person
		args []any
	}{
		{"cant_update_message", a.bob, []any{"channel", a.public, "ts", ts, "text", "x"}},
		{"cant_update_message", a.robot, []any{"channel", a.public, "ts", ts, "text", "x"}},
		{"cant_update_message", a.ada, []any{"channel", a.public, "ts", bots, "text", "x"}},
		{"message_not_found", a.ada, []any{"channel", a.public, "ts", "1.000001", "text", "x"}},
		{"message_not_found", a.ada, []any{"channel", a.public, "ts", "x", "text", "x"}},
		{"message_not_found", a.ada, []any{"channel", a.private, "ts", ts, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", a.secret, "ts", ts, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", o.public, "ts", ts, "text", "x"}},
		{"no_text", a.ada, []any{"channel", a.public, "ts", ts}},
		{"invalid_arguments", a.ada, []any{"channel", a.public, "text", "x"}},
	} {
		w.fails(t, test.want, test.who, "chat.update", test.args...)
	}
}

func TestDelete(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	send := func(who person) string {
		return w.ok(t, who, "chat.postMessage", "channel", a.public, "text", "x").text("ts")
	}
	ts := send(a.ada)
	w.fails(t, "cant_delete_message", a.bob, "chat.delete", "channel", a.public, "ts", ts)
	w.fails(t, "cant_delete_message", a.robot, "chat.delete", "channel", a.public, "ts", ts)
	w.fails(t, "channel_not_found", o.owner, "chat.delete", "channel", a.public, "ts", ts)
	w.fails(t, "message_not_found", a.ada, "chat.delete", "channel", a.public, "ts", "1.000001")
	got := w.ok(t, a.ada, "chat.delete", "channel", a.public, "ts", ts)
	if got.text("ts") != ts || got.text("channel") != string(a.public) {
		t.Errorf("delete answers %v", got)
	}
	w.fails(t, "message_not_found", a.ada, "chat.delete", "channel", a.public, "ts", ts)
	w.fails(t, "message_not_found", a.ada, "chat.update", "channel", a.public, "ts", ts, "text", "x")
	w.ok(t, a.robot, "chat.delete", "channel", a.public, "ts", send(a.robot))
	_, err := a.bound.Join(t.Context(), a.public, a.owner.id, "")
	must(t, err)
	w.ok(t, a.owner, "chat.delete", "channel", a.public, "ts", send(a.ada))
}

func TestMeMessage(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	got := w.ok(t, a.ada, "chat.meMessage", "channel", a.public, "text", "waves")
	m, err := a.bound.Message(t.Context(), a.public, tsOf(t, got.text("ts")))
	must(t, err)
	if m.Subtype != chat.SubtypeMe || m.Text != "waves" || m.Blocks != nil {
		t.Errorf("message %+v", m)
	}
	w.fails(t, "no_text", a.ada, "chat.meMessage", "channel", a.public)
	w.fails(t, "not_in_channel", a.eve, "chat.meMessage", "channel", a.public, "text", "x")
	w.fails(t, "msg_too_long", a.ada, "chat.meMessage", "channel", a.public, "text", strings.Repeat("x", maxText+1))
}

func tsOf(t testing.TB, text string) chat.TS {
	t.Helper()
	ts, err := chat.ParseTS(text)
	must(t, err)
	return ts
}

func TestPostEphemeral(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	got := w.ok(t, a.robot, "chat.postEphemeral", "channel", a.public, "user", a.ada.id, "text", "psst")
	if len(w.router.whispers) != 1 {
		t.Fatalf("%d whispers", len(w.router.whispers))
	}
	whisper := w.router.whispers[0]
	var m struct {
		Type, Text, Channel, User, TS string
		IsEphemeral                   bool `json:"is_ephemeral"`
	}
	must(t, json.Unmarshal(whisper.Payload, &m))
	if whisper.Stream != a.workspace.ID.User(a.ada.id) || m.Text != "psst" || !m.IsEphemeral || m.Channel != string(a.public) || m.TS != got.text("message_ts") {
		t.Errorf("whispered %s to %v", whisper.Payload, whisper.Stream)
	}
	for _, test := range []struct {
		want string
		who  person
		args []any
	}{
		{"user_not_in_channel", a.ada, []any{"channel", a.public, "user", a.eve.id, "text", "x"}},
		{"user_not_in_channel", a.ada, []any{"channel", a.public, "user", o.ada.id, "text", "x"}},
		{"not_in_channel", a.eve, []any{"channel", a.public, "user", a.ada.id, "text", "x"}},
		{"channel_not_found", a.eve, []any{"channel", a.private, "user", a.ada.id, "text", "x"}},
		{"channel_not_found", a.ada, []any{"channel", o.public, "user", a.ada.id, "text", "x"}},
		{"is_archived", a.ada, []any{"channel", a.archived, "user", a.bob.id, "text", "x"}},
		{"no_text", a.ada, []any{"channel", a.public, "user", a.bob.id}},
		{"invalid_arguments", a.ada, []any{"channel", a.public, "text", "x"}},
	} {
		w.fails(t, test.want, test.who, "chat.postEphemeral", test.args...)
	}
	if len(w.router.whispers) != 1 {
		t.Error("a refused message was whispered")
	}
}

func TestGetPermalink(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	root := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "root").text("ts")
	reply := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "reply", "thread_ts", root).text("ts")
	base := "https://taut.example/archives/" + string(a.public) + "/p"
	plain := func(ts string) string { return strings.ReplaceAll(ts, ".", "") }
	for ts, want := range map[string]string{
		root:  base + plain(root),
		reply: base + plain(reply) + "?thread_ts=" + root + "&cid=" + string(a.public),
	} {
		got := w.ok(t, a.ada, "chat.getPermalink", "channel", a.public, "message_ts", ts)
		if got.text("permalink") != want || got.text("channel") != string(a.public) {
			t.Errorf("permalink %v, want %s", got, want)
		}
	}
	w.fails(t, "message_not_found", a.ada, "chat.getPermalink", "channel", a.public, "message_ts", "1.000001")
	w.fails(t, "channel_not_found", a.ada, "chat.getPermalink", "channel", a.secret, "message_ts", root)
	w.fails(t, "channel_not_found", o.ada, "chat.getPermalink", "channel", a.public, "message_ts", root)
}

func TestPostFromASocket(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	c, err := w.auth.Authenticate(t.Context(), a.ada.token)
	must(t, err)
	got, err := w.server.Post(t.Context(), c, chat.RTMPost{Channel: string(a.public), Text: "a & b", ClientMsgID: "k1", Origin: "conn"})
	must(t, err)
	if got.Stream != a.workspace.ID.Channel(a.public) || got.Seq == 0 || got.Text != "a &amp; b" {
		t.Errorf("posted %+v", got)
	}
	again := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "a & b", "client_msg_id", "k1")
	if again.text("ts") != got.TS.String() || again["is_duplicate"] != true {
		t.Errorf("the same key over HTTP gives %v", again)
	}
	for _, test := range []struct {
		post chat.RTMPost
		want chat.Code
	}{
		{chat.RTMPost{Channel: string(a.public)}, chat.Invalid},
		{chat.RTMPost{Channel: string(w.other.public), Text: "x"}, chat.NotFound},
		{chat.RTMPost{Channel: string(a.secret), Text: "x"}, chat.NotFound},
		{chat.RTMPost{Channel: string(a.archived), Text: "x"}, chat.Archived},
		{chat.RTMPost{Text: "x"}, chat.Invalid},
	} {
		if _, err := w.server.Post(t.Context(), c, test.post); chat.CodeOf(err) != test.want {
			t.Errorf("%+v gives %v, want %s", test.post, err, test.want)
		}
	}
	snapshot, err := w.server.Memberships(t.Context(), c)
	must(t, err)
	if len(snapshot.Channels) < 4 {
		t.Errorf("memberships %+v", snapshot)
	}
}

func TestMentionsAndOwnPosts(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.server.presence = newDoorbell(a.bob.id)
	send := func(args ...any) {
		w.ok(t, a.ada, "chat.postMessage", append([]any{"channel", a.public}, args...)...)
	}
	unread := func(who person) (count, mentions int) {
		found, err := a.bound.Unread(t.Context(), who.id, []chat.ChannelID{a.public})
		must(t, err)
		return found[a.public].Count, found[a.public].Mentions
	}
	count, mentions := unread(a.bob)
	if mentions != 0 {
		t.Fatalf("%d mentions before any", mentions)
	}
	send("text", fmt.Sprintf("<@%s> and <@%s>", a.bob.id, a.ada.id))
	send("text", "<!here>")
	send("text", "@bob", "link_names", "1")
	send("blocks", fmt.Sprintf(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"user","user_id":"%s"}]}]}]`, a.bob.id))
	send("blocks", fmt.Sprintf(`[{"type":"section","text":{"type":"mrkdwn","text":"<@%s>"}}]`, a.bob.id))
	send("text", "nobody")
	afterCount, afterMentions := unread(a.bob)
	if afterCount-count != 6 || afterMentions != 5 {
		t.Errorf("bob has %d more unread and %d mentions, want 6 and 5", afterCount-count, afterMentions)
	}
	if count, mentions := unread(a.ada); count != 0 || mentions != 0 {
		t.Errorf("ada, who wrote them, has %d unread and %d mentions", count, mentions)
	}
}
