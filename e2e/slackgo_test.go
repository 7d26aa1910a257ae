//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/slack-go/slack"
)

// slackGo is the slack-go SDK behind the same commands as the others. Its
// functions are typed, so each method's answer passes through its own structs.
func slackGo(t *testing.T, s *server, user, token string) *sdk {
	t.Helper()
	g := &goClient{api: slack.New(token, slack.OptionAPIURL(s.api())), inbox: &inbox{}, t: t}
	g.rtm = g.api.NewRTM()
	done := make(chan struct{})
	go func() { g.rtm.ManageConnection(); close(done) }()
	stop := make(chan struct{})
	heard := make(chan struct{})
	go func() { defer close(heard); g.listen(stop) }()
	t.Cleanup(func() {
		g.rtm.Disconnect()
		<-done
		close(stop)
		<-heard
	})
	g.await(t, "slack-go's hello", has("hello", "type"))
	return &sdk{name: "slack-go", user: user, inbox: g.inbox, do: g.do}
}

type goClient struct {
	t   *testing.T
	api *slack.Client
	rtm *slack.RTM
	*inbox
}

// listen takes the socket's events as the SDK decoded them. What it could not
// decode fails the test: a server may not send that.
func (g *goClient) listen(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case e := <-g.rtm.IncomingEvents:
			if bad, ok := e.Data.(*slack.UnmarshallingErrorEvent); ok {
				g.t.Errorf("slack-go cannot decode an event: %v", bad)
			}
			event := object{}
			text, err := json.Marshal(e.Data)
			if err == nil {
				json.Unmarshal(text, &event)
			}
			event["type"] = e.Type
			g.add(event)
		}
	}
}

func (g *goClient) do(c object) (object, error) {
	args, _ := c["args"].(object)
	switch c["do"] {
	case "call":
		return g.call(c.text("method"), args)
	case "pages":
		return g.pages(c.text("method"), args)
	case "send":
		g.rtm.SendMessage(g.rtm.NewOutgoingMessage(c.text("text"), c.text("channel")))
	case "typing":
		g.rtm.SendMessage(g.rtm.NewTypingMessage(c.text("channel")))
	case "presence":
		g.rtm.SendMessage(g.rtm.NewSubscribeUserPresence(c["users"].([]string)))
	case "upload", "download", "photo":
		return g.bytes(c)
	default:
		return nil, fmt.Errorf("no command %v", c["do"])
	}
	return nil, nil
}

func (g *goClient) call(method string, args object) (object, error) {
	f := goMethods[method]
	if f == nil {
		f = goFamilies[method]
	}
	if f == nil {
		return nil, fmt.Errorf("slack-go is not asked for %s here", method)
	}
	result, err := f(g.api, args)
	if err != nil {
		if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
			return nil, slackError(e.Err)
		}
		return nil, err
	}
	text, err := json.Marshal(result)
	if err != nil {
		return nil, err
	}
	answer := object{}
	return answer, json.Unmarshal(text, &answer)
}

// pages walks the cursors by hand: slack-go leaves that to the program.
func (g *goClient) pages(method string, args object) (object, error) {
	var pages []any
	next := object{}
	for k, v := range args {
		next[k] = v
	}
	for {
		page, err := g.call(method, next)
		if err != nil {
			return nil, err
		}
		pages = append(pages, map[string]any(page))
		cursor := page.text("response_metadata", "next_cursor")
		if cursor == "" {
			return object{"pages": pages}, nil
		}
		next["cursor"] = cursor
	}
}

func number(v any) int {
	n, _ := v.(int)
	return n
}

func flag(v any) bool {
	b, _ := v.(bool)
	return b
}

func item(a object) slack.ItemRef {
	return slack.NewRefToMessage(a.text("channel"), a.text("timestamp"))
}

func channelOf(c *slack.Channel, err error) (any, error) { return object{"channel": c}, err }

func options(a object) []slack.MsgOption {
	o := []slack.MsgOption{slack.MsgOptionText(a.text("text"), false)}
	if ts := a.text("thread_ts"); ts != "" {
		o = append(o, slack.MsgOptionTS(ts))
	}
	if flag(a["reply_broadcast"]) {
		o = append(o, slack.MsgOptionBroadcast())
	}
	return o
}

var goMethods = map[string]func(api *slack.Client, a object) (any, error){
	"auth.test": func(api *slack.Client, _ object) (any, error) { return api.AuthTest() },
	"chat.postMessage": func(api *slack.Client, a object) (any, error) {
		channel, ts, err := api.PostMessage(a.text("channel"), options(a)...)
		return object{"channel": channel, "ts": ts}, err
	},
	"chat.update": func(api *slack.Client, a object) (any, error) {
		channel, ts, text, err := api.UpdateMessage(a.text("channel"), a.text("ts"), options(a)...)
		return object{"channel": channel, "ts": ts, "text": text}, err
	},
	"chat.delete": func(api *slack.Client, a object) (any, error) {
		channel, ts, err := api.DeleteMessage(a.text("channel"), a.text("ts"))
		return object{"channel": channel, "ts": ts}, err
	},
	"chat.postEphemeral": func(api *slack.Client, a object) (any, error) {
		ts, err := api.PostEphemeral(a.text("channel"), a.text("user"), options(a)...)
		return object{"message_ts": ts}, err
	},
	"chat.getPermalink": func(api *slack.Client, a object) (any, error) {
		link, err := api.GetPermalink(&slack.PermalinkParameters{Channel: a.text("channel"), Ts: a.text("message_ts")})
		return object{"permalink": link}, err
	},
	"reactions.add": func(api *slack.Client, a object) (any, error) {
		return nil, api.AddReaction(a.text("name"), item(a))
	},
	"reactions.remove": func(api *slack.Client, a object) (any, error) {
		return nil, api.RemoveReaction(a.text("name"), item(a))
	},
	"reactions.get": func(api *slack.Client, a object) (any, error) {
		reacted, err := api.GetReactions(item(a), slack.NewGetReactionsParameters())
		return object{"message": object{"reactions": reacted.Reactions}}, err
	},
	"conversations.create": func(api *slack.Client, a object) (any, error) {
		return channelOf(api.CreateConversation(slack.CreateConversationParams{ChannelName: a.text("name"), IsPrivate: flag(a["is_private"])}))
	},
	"conversations.open": func(api *slack.Client, a object) (any, error) {
		c, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{a.text("users")}, ReturnIM: true})
		return object{"channel": c}, err
	},
	"conversations.invite": func(api *slack.Client, a object) (any, error) {
		return channelOf(api.InviteUsersToConversation(a.text("channel"), a.text("users")))
	},
	"conversations.kick": func(api *slack.Client, a object) (any, error) {
		return nil, api.KickUserFromConversation(a.text("channel"), a.text("user"))
	},
	"conversations.join": func(api *slack.Client, a object) (any, error) {
		c, _, _, err := api.JoinConversation(a.text("channel"))
		return object{"channel": c}, err
	},
	"conversations.leave": func(api *slack.Client, a object) (any, error) {
		_, err := api.LeaveConversation(a.text("channel"))
		return nil, err
	},
	"conversations.info": func(api *slack.Client, a object) (any, error) {
		return channelOf(api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: a.text("channel")}))
	},
	"conversations.history": func(api *slack.Client, a object) (any, error) {
		return api.GetConversationHistory(&slack.GetConversationHistoryParameters{
			ChannelID: a.text("channel"), Limit: number(a["limit"]), Cursor: a.text("cursor"), Latest: a.text("latest"), Oldest: a.text("oldest"),
		})
	},
	"conversations.replies": func(api *slack.Client, a object) (any, error) {
		messages, more, cursor, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{
			ChannelID: a.text("channel"), Timestamp: a.text("ts"), Limit: number(a["limit"]), Cursor: a.text("cursor"),
		})
		return object{"messages": messages, "has_more": more, "response_metadata": object{"next_cursor": cursor}}, err
	},
	"conversations.members": func(api *slack.Client, a object) (any, error) {
		ids, cursor, err := api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: a.text("channel"), Limit: number(a["limit"]), Cursor: a.text("cursor")})
		return object{"members": ids, "response_metadata": object{"next_cursor": cursor}}, err
	},
	"conversations.list": func(api *slack.Client, a object) (any, error) {
		channels, cursor, err := api.GetConversations(&slack.GetConversationsParameters{Limit: number(a["limit"]), Cursor: a.text("cursor")})
		return object{"channels": channels, "response_metadata": object{"next_cursor": cursor}}, err
	},
	"conversations.mark": func(api *slack.Client, a object) (any, error) {
		return nil, api.MarkConversation(a.text("channel"), a.text("ts"))
	},
	"conversations.archive": func(api *slack.Client, a object) (any, error) {
		return nil, api.ArchiveConversation(a.text("channel"))
	},
	"conversations.setTopic": func(api *slack.Client, a object) (any, error) {
		return channelOf(api.SetTopicOfConversation(a.text("channel"), a.text("topic")))
	},
	"conversations.rename": func(api *slack.Client, a object) (any, error) {
		return channelOf(api.RenameConversation(a.text("channel"), a.text("name")))
	},
	"users.info": func(api *slack.Client, a object) (any, error) {
		user, err := api.GetUserInfo(a.text("user"))
		return object{"user": user}, err
	},
	"users.list": func(api *slack.Client, _ object) (any, error) {
		users, err := api.GetUsers()
		return object{"members": users}, err
	},
	"users.conversations": func(api *slack.Client, a object) (any, error) {
		channels, cursor, err := api.GetConversationsForUser(&slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel", "im", "mpim"}, Cursor: a.text("cursor")})
		return object{"channels": channels, "response_metadata": object{"next_cursor": cursor}}, err
	},
	"users.getPresence": func(api *slack.Client, a object) (any, error) { return api.GetUserPresence(a.text("user")) },
	"users.setPresence": func(api *slack.Client, a object) (any, error) { return nil, api.SetUserPresence(a.text("presence")) },
	"team.info": func(api *slack.Client, _ object) (any, error) {
		team, err := api.GetTeamInfo()
		return object{"team": team}, err
	},
	"emoji.list": func(api *slack.Client, _ object) (any, error) {
		emoji, err := api.GetEmoji()
		return object{"emoji": emoji}, err
	},
}
