package webapi

import (
	"net/http/httptest"
	"testing"

	"github.com/slack-go/slack"
)

// TestSlackGo calls each family by an official client's decoder and encoder.
func TestSlackGo(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	listener := httptest.NewServer(w.server)
	defer listener.Close()
	client := slack.New(a.robot.token, slack.OptionAPIURL(listener.URL+"/api/"))
	ctx := t.Context()

	who, err := client.AuthTestContext(ctx)
	must(t, err)
	if who.UserID != string(a.robot.id) || who.BotID != string(a.robot.bot) || who.URL != "https://taut.example/" {
		t.Errorf("auth.test gives %+v", who)
	}
	info, url, err := client.ConnectRTMContext(ctx)
	must(t, err)
	if info.User.ID != string(a.robot.id) || url == "" {
		t.Errorf("rtm.connect gives %+v, %s", info, url)
	}
	channel, ts, err := client.PostMessageContext(ctx, string(a.public), slack.MsgOptionText("a < b", true),
		slack.MsgOptionBlocks(slack.NewDividerBlock()), slack.MsgOptionAttachments(slack.Attachment{Text: "x"}),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "e", EventPayload: map[string]any{"k": 1}}))
	must(t, err)
	item := slack.NewRefToMessage(channel, ts)
	must(t, client.AddReactionContext(ctx, "eyes", item))
	reacted, err := client.GetReactionsContext(ctx, item, slack.NewGetReactionsParameters())
	must(t, err)
	if len(reacted.Reactions) != 1 || reacted.Reactions[0].Count != 1 {
		t.Errorf("reactions.get gives %+v", reacted)
	}
	listed, _, err := client.ListReactionsContext(ctx, slack.NewListReactionsParameters())
	must(t, err)
	if len(listed) != 1 || listed[0].Message.Timestamp != ts {
		t.Errorf("reactions.list gives %+v", listed)
	}
	must(t, client.RemoveReactionContext(ctx, "eyes", item))
	_, _, text, err := client.UpdateMessageContext(ctx, channel, ts, slack.MsgOptionText("new", false))
	must(t, err)
	if text != "new" {
		t.Errorf("chat.update gives %q", text)
	}
	link, err := client.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: channel, Ts: ts})
	must(t, err)
	if link == "" {
		t.Error("no permalink")
	}
	_, err = client.PostEphemeralContext(ctx, channel, string(a.ada.id), slack.MsgOptionText("psst", false))
	must(t, err)
	_, _, err = client.DeleteMessageContext(ctx, channel, ts)
	must(t, err)
	_, _, err = client.PostMessageContext(ctx, "C0000000000", slack.MsgOptionText("x", false))
	if err == nil || err.Error() != "channel_not_found" {
		t.Errorf("an unknown channel gives %v", err)
	}
}
