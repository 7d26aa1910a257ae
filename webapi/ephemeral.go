package webapi

import (
	"context"

	"taut/chat"
)

// ephemeralMessage is for one person's eyes; it is in no log.
type ephemeralMessage struct {
	chat.Message
	IsEphemeral bool `json:"is_ephemeral"`
}

type ephemeralAnswer struct {
	reply
	MessageTS chat.TS `json:"message_ts"`
}

func (s *Server) chatPostEphemeral(ctx context.Context, q *request) (answer, error) {
	m, err := q.ephemeral(ctx)
	if err != nil {
		return nil, err
	}
	to := q.args.user("user")
	if !chat.ValidID(string(to), "UW") {
		return nil, fail("user_not_in_channel")
	}
	if m.Channel, err = q.sharedChannel(ctx, to); err != nil {
		return nil, err
	}
	payload, err := encode(ephemeralMessage{m, true})
	if err != nil {
		return nil, err
	}
	s.router.Whisper(ctx, chat.Ephemeral{Stream: q.caller.Workspace.User(to), Payload: payload})
	return &ephemeralAnswer{MessageTS: m.TS}, nil
}

// ephemeral builds the message. Its ts comes from the clock alone, as no stream
// gives it one.
func (q *request) ephemeral(ctx context.Context) (chat.Message, error) {
	if len([]rune(q.args.text("text"))) > maxText {
		return chat.Message{}, fail("msg_too_long")
	}
	c, err := q.readContent(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	if c.empty() {
		return chat.Message{}, fail("no_text")
	}
	m := c.message()
	if m.ThreadTS, err = q.args.ts("thread_ts", "invalid_thread_ts"); err != nil {
		return chat.Message{}, err
	}
	m.Type, m.User = chat.TypeMessage, q.caller.User
	m.TS = chat.TS(chat.Now().UnixMicro())
	m.EventTS = m.TS
	if err := q.sign(ctx, &m); err != nil {
		return m, err
	}
	return m, fits(m)
}

// sharedChannel is the channel that the request names, in which both the caller
// and the other one must be.
func (q *request) sharedChannel(ctx context.Context, other chat.UserID) (chat.ChannelID, error) {
	c, err := q.namedChannel(ctx, q.args.text("channel"))
	if err != nil {
		return "", err
	}
	if c.Archived {
		return "", chat.NewError(chat.Archived, "")
	}
	for _, who := range []struct {
		user    chat.UserID
		failure string
	}{{q.caller.User, "not_in_channel"}, {other, "user_not_in_channel"}} {
		member, err := q.workspace.IsMember(ctx, c.ID, who.user)
		if err != nil {
			return "", err
		}
		if !member {
			return "", fail(who.failure)
		}
	}
	return c.ID, nil
}
