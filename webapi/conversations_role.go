package webapi

import (
	"context"
	"errors"
	"strings"
	"time"

	"taut/chat"
	"taut/store"
)

// Conversations is what gateways ask of the API: the Server itself.
var _ chat.Conversations = (*Server)(nil)

// Memberships is a snapshot of the caller's channels and role.
func (s *Server) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	return s.memberships.Memberships(ctx, c)
}

// LikelyChannels are where the caller was a member when they last connected.
func (s *Server) LikelyChannels(ctx context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	return s.memberships.LikelyChannels(ctx, c)
}

// Incarnation is the log's.
func (s *Server) Incarnation(context.Context) (string, error) {
	return s.store.Incarnation(), nil
}

// Post is a socket's message: a call of chat.postMessage with the frame's
// fields as arguments. An error has a chat.Code; of Slack's own refusals it is
// Invalid, with Slack's name, "no_text" for a blank text.
func (s *Server) Post(ctx context.Context, c chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	start := time.Now()
	q := s.newCall(s.table["chat.postMessage"], c)
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	q.setPost(p)
	posted, err := q.post(ctx, p.Origin)
	q.finishPost(start, err)
	if err != nil {
		return chat.RTMPosted{}, q.asChatError(err)
	}
	return chat.RTMPosted{
		Stream: posted.Event.Stream,
		Seq:    posted.Event.Seq,
		TS:     posted.Message.TS,
		Text:   posted.Message.Text,
	}, nil
}

// newCall is a request that did not come over HTTP.
func (s *Server) newCall(m *method, c chat.Caller) *request {
	return &request{server: s, id: s.newID(), name: m.name, method: m, caller: c, workspace: s.store.Workspace(c.Workspace)}
}

func (q *request) setPost(p chat.RTMPost) {
	q.args.setText("channel", p.Channel)
	q.args.setText("text", p.Text)
	q.args.setText("thread_ts", p.ThreadTS.String())
	q.args.setText("client_msg_id", p.ClientMsgID)
	if p.Broadcast {
		q.args.setText("reply_broadcast", "1")
	}
}

// post is what serve does for a request over HTTP, after the token.
func (q *request) post(ctx context.Context, origin string) (posted store.Posted, err error) {
	defer q.recover(&err)
	if err := q.keepToRate(); err != nil {
		return store.Posted{}, err
	}
	if err := q.admit(); err != nil {
		return store.Posted{}, err
	}
	return q.postMessage(ctx, origin)
}

func (q *request) finishPost(start time.Time, err error) {
	outcome := "ok"
	if err != nil {
		outcome = q.method.asAPIError(err).name
	}
	q.finish(start, outcome, err)
}

// asChatError gives an error a code that crosses roles.
func (q *request) asChatError(err error) error {
	e, ok := errors.AsType[*apiError](err)
	switch {
	case !ok && chat.CodeOf(err) == chat.Invalid:
		return chat.NewError(chat.Invalid, q.method.asAPIError(err).name)
	case !ok:
		return err
	case e.name == "ratelimited", e.name == "rate_limited":
		return chat.NewError(chat.Limited, "")
	case strings.HasSuffix(e.name, "_not_found"):
		return chat.NewError(chat.NotFound, strings.TrimSuffix(e.name, "_not_found"))
	case e.name == "missing_scope":
		return chat.NewError(chat.Forbidden, e.name)
	}
	return chat.NewError(chat.Invalid, e.name)
}
