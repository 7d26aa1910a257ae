package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"reflect"
	"slices"
	"testing"

	"taut/chat"
)

// api is an API node whose answers are the questions.
type api struct {
	down  bool
	posts int
	told  []chat.Event
}

func (a *api) follow(events []chat.Event) { a.told = append(a.told, events...) }

var ann = chat.Caller{Workspace: "T1", User: "U1", Bot: "B1", App: "A1", Role: chat.Guest, Scopes: []string{"a", "b"}, TokenType: chat.BotToken, TokenID: "x"}

func (a *api) AuthenticateFrom(_ context.Context, p chat.Presented) (chat.Caller, error) {
	if p != (chat.Presented{Token: "t", Cookie: "c", Address: "a"}) {
		return chat.Caller{}, chat.NewError(chat.Unauthenticated, "revoked")
	}
	return ann, nil
}

func (a *api) RedeemTicket(_ context.Context, text string) (chat.Caller, error) {
	return chat.Caller{TokenID: text}, nil
}

func (a *api) Memberships(_ context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	if !reflect.DeepEqual(c, ann) {
		return chat.MembershipSnapshot{}, fmt.Errorf("another caller: %+v", c)
	}
	return chat.MembershipSnapshot{Seq: 7, Channels: []chat.Membership{{Channel: "C1", JoinedSeq: 3, LeftSeq: 9}}, Away: true, Role: chat.Guest}, nil
}

func (a *api) LikelyChannels(_ context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	return []chat.ChannelID{"C1", chat.ChannelID(c.TokenID)}, nil
}

func (a *api) VisibleUsers(_ context.Context, _ chat.Caller, users []chat.UserID) ([]chat.UserID, error) {
	return users[1:], nil
}

func (a *api) Incarnation(context.Context) (string, error) { return "one", nil }

func (a *api) Post(_ context.Context, _ chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	a.posts++
	if a.down {
		return chat.RTMPosted{}, chat.NewError(chat.Unavailable, "db")
	}
	return chat.RTMPosted{Stream: stream1, Seq: 4, TS: p.ThreadTS + 1, Text: p.Text + p.ClientMsgID + p.Origin + p.Channel + fmt.Sprint(p.Broadcast)}, nil
}

func TestAnyAPINodeAnswers(t *testing.T) {
	ids := identities(t, "acme", "one", "two", "gate")
	apis := []*api{{}, {}}
	n := NewNodes(ids[2], slog.New(slog.DiscardHandler))
	t.Cleanup(n.Close)
	for i, a := range apis {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s := Serve(l, ids[i], Services{WebAPI: a, Follow: a.follow}, slog.New(slog.DiscardHandler))
		t.Cleanup(s.Close)
		n.Listens(ids[i].Node, l.Addr().String(), "1")
	}
	names := []string{"one", "gone", "two"} // one of them listens nowhere
	w := n.WebAPI(func() []string { return names })
	for range 4 {
		c, err := w.AuthenticateFrom(t.Context(), chat.Presented{Token: "t", Cookie: "c", Address: "a"})
		if err != nil || !reflect.DeepEqual(c, ann) {
			t.Errorf("caller %+v, %v", c, err)
		}
	}
	if _, err := w.AuthenticateFrom(t.Context(), chat.Presented{}); fmt.Sprint(err) != "unauthenticated: revoked" {
		t.Errorf("a token that was revoked: %v", err)
	}
	if m, err := w.Memberships(t.Context(), ann); err != nil || m.Seq != 7 || len(m.Channels) != 1 || m.Channels[0].LeftSeq != 9 || !m.Away || m.Role != chat.Guest {
		t.Errorf("memberships %+v, %v", m, err)
	}
	if likely, err := w.LikelyChannels(t.Context(), ann); err != nil || !slices.Equal(likely, []chat.ChannelID{"C1", "x"}) {
		t.Errorf("likely %v, %v", likely, err)
	}
	if users, err := w.VisibleUsers(t.Context(), ann, []chat.UserID{"U1", "U2"}); err != nil || len(users) != 1 || users[0] != "U2" {
		t.Errorf("visible %v, %v", users, err)
	}
	if i, err := w.Incarnation(t.Context()); err != nil || i != "one" {
		t.Errorf("incarnation %q, %v", i, err)
	}
	names = []string{"one", "two"}
	if c, err := w.RedeemTicket(t.Context(), "ticket"); err != nil || c.TokenID != "ticket" {
		t.Errorf("ticket: %+v, %v", c, err)
	}
	p := chat.RTMPost{Channel: "C1", Text: "hi", ThreadTS: 5, Broadcast: true, ClientMsgID: "k", Origin: "o"}
	if done, err := w.Post(t.Context(), ann, p); err != nil || done != (chat.RTMPosted{Stream: stream1, Seq: 4, TS: 6, Text: "hikoC1true"}) {
		t.Errorf("posted %+v, %v", done, err)
	}
	// What has a key is tried elsewhere; what has none could be two messages.
	apis[0].down, apis[1].down = true, true
	for _, tt := range []struct {
		key   string
		tries int
	}{{"k", 2}, {"", 1}} {
		apis[0].posts, apis[1].posts = 0, 0
		p.ClientMsgID = tt.key
		if _, err := w.Post(t.Context(), ann, p); chat.CodeOf(err) != chat.Unavailable || apis[0].posts+apis[1].posts != tt.tries {
			t.Errorf("key %q: %d tries, %v", tt.key, apis[0].posts+apis[1].posts, err)
		}
	}
	told := []chat.Event{{Stream: stream1, Seq: 3, Type: chat.TypeTokenRevoked, Payload: []byte(`{}`)}}
	if err := n.Follow(t.Context(), "two", told); err != nil || len(apis[0].told) != 0 || !reflect.DeepEqual(apis[1].told, told) {
		t.Errorf("told %+v and %+v, %v", apis[0].told, apis[1].told, err)
	}
	if err := n.Follow(t.Context(), "gone", told); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("telling a node that is gone: %v", err)
	}
	names = nil
	if _, err := w.Incarnation(t.Context()); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("no API node: %v", err)
	}
}
