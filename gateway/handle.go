package gateway

import (
	"context"
	"errors"
	"slices"

	"taut/chat"
	"taut/wire"
)

// handle does what a client's message asks. It runs in the reader, and keeps
// nothing between messages: whoever reads may call it.
//
// The error is a fault that ends the socket.
func (s *session) handle(message []byte) error {
	f, err := wire.DecodeClient(message)
	r, refused := errors.AsType[*wire.Refusal](err)
	if f.Type == wire.TypeMessage && !refused {
		s.touch()
		return s.post(f)
	}
	id := f.ID
	if refused {
		id = r.ID
	}
	within, err := s.count(s.cost(f))
	switch {
	case err != nil:
		return err
	case !within:
		s.refuse(id, wire.Error{Code: wire.ErrTooFast, Msg: wire.MsgTooFast})
	case refused:
		if r.Said.Code != wire.ErrUnknownType || id != nil {
			s.refuse(id, r.Said)
		}
	default:
		s.do(f)
	}
	return nil
}

// guestCost is how many frames count for one of a guest's that asks the API nodes.
const guestCost = 20

func (s *session) cost(f wire.ClientFrame) float64 {
	if s.caller.Role.IsGuest() && (f.Type == wire.TypePresenceSub || f.Type == wire.TypePresenceQuery) {
		return guestCost
	}
	return 1
}

// visible are those of the users whose presence the session may see. The gateway
// asks for guests only: to others, a user that isn't of their workspace is one
// who is never there.
func (s *session) visible(users []chat.UserID) ([]chat.UserID, bool) {
	if !s.caller.Role.IsGuest() {
		return users, true
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, presenceTimeout)
	defer cancel()
	visible, err := s.server.cfg.Conversations.VisibleUsers(ctx, s.caller, users)
	if err != nil {
		s.server.log.Warn("no visible users", "workspace", s.caller.Workspace, "user", s.caller.User, "error", err)
	}
	return visible, err == nil
}

// do does what a frame asks that is no message.
func (s *session) do(f wire.ClientFrame) {
	switch f.Type {
	case wire.TypePing:
		s.reply(wire.TextFrame(wire.AppendPong(nil, f)))
	case wire.TypeTyping:
		s.touch()
		if s.typed.take(1, typingPerSecond, typingBurst) < 0 {
			s.typed.left++ // what is dropped costs nothing
			s.server.metrics.whispersDropped.Inc()
			return
		}
		s.hand(&typing{s, chat.StreamID(f.Channel), f.ThreadTS})
	case wire.TypeTickle:
		s.touch()
	case wire.TypePresenceSub, wire.TypePresenceQuery:
		users, ok := s.visible(slices.DeleteFunc(f.IDs, noUser))
		switch {
		case !ok:
			s.refuse(f.ID, wire.Error{Code: wire.ErrUnavailable, Msg: "presence is not known now, ask again"})
		case f.Type == wire.TypePresenceSub:
			s.hand(&watching{s, users})
		default:
			s.query(users)
		}
	case wire.TypeResume:
		s.hand(&resuming{s, f, s.incarnation})
	}
}

// noUser tells what can't be a user, so that invented ids cost nothing.
func noUser(id chat.UserID) bool { return !chat.ValidID(string(id), "UW") }

func (s *session) touch() { s.active.Store(chat.Now().UnixMilli()) }

// reply is an answer on its way through the shard, which alone writes.
type reply struct {
	session *session
	frame   []byte
}

func (r *reply) do(sh *shard) { sh.append(r.session, queued{r.frame, len(r.frame)}) }

// reply is owed from here on, before the shard has it.
func (s *session) reply(frame []byte) {
	s.flow.owe(len(frame))
	s.hand(&reply{s, frame})
}

func (s *session) refuse(id *int64, e wire.Error) {
	s.reply(wire.TextFrame(wire.AppendRefusal(nil, id, e)))
}

// post takes a message to the log and waits for it there: a client's next
// frame is read when this one is saved.
func (s *session) post(f wire.ClientFrame) error {
	ctx, cancel := context.WithTimeout(s.server.ctx, s.server.cfg.PostTimeout)
	defer cancel()
	posted, err := s.save(ctx, chat.RTMPost{
		Channel: f.Channel, Text: f.Text, ThreadTS: f.ThreadTS, Broadcast: f.Broadcast,
		ClientMsgID: f.ClientMsgID, Origin: s.id,
	})
	if err == nil {
		s.reply(wire.TextFrame(wire.AppendAck(nil, f.ID, posted)))
		return nil
	}
	s.refuse(f.ID, s.refusal(err))
	_, err = s.count(1) // only what is taken is free
	return err
}

// save posts the message in its workspace's turn.
func (s *session) save(ctx context.Context, p chat.RTMPost) (chat.RTMPosted, error) {
	if err := s.server.posts.Enter(ctx, s.caller.Workspace); err != nil {
		return chat.RTMPosted{}, err
	}
	defer s.server.posts.Leave(s.caller.Workspace)
	return s.server.cfg.Conversations.Post(ctx, s.caller, p)
}

// refusal is what a client hears of a message that was not taken.
func (s *session) refusal(err error) wire.Error {
	switch code := chat.CodeOf(err); code {
	case chat.Limited:
		return wire.Error{Code: wire.ErrTooFast, Msg: wire.MsgTooFast}
	case chat.NotFound:
		return wire.Error{Code: wire.ErrNotFound, Msg: whatOf(err, "channel") + "_not_found"}
	case chat.NotMember:
		return wire.Error{Code: wire.ErrNotFound, Msg: "not_in_channel"}
	case chat.Archived:
		return wire.Error{Code: wire.ErrNotFound, Msg: "is_archived"}
	case chat.Forbidden:
		return wire.Error{Code: wire.ErrNotFound, Msg: "restricted_action"}
	case chat.Invalid:
		return invalid(whatOf(err, "invalid_arguments"))
	case chat.Unauthenticated, chat.Inactive:
		return wire.Error{Code: wire.ErrUnauthenticated, Msg: string(code)}
	}
	s.server.log.Warn("posting failed", "workspace", s.caller.Workspace, "connection", s.id, "error", err)
	return wire.Error{Code: wire.ErrUnavailable, Msg: "not saved, send it again"}
}

// invalid is the refusal of a message that can't be meant, under Slack's name for why.
func invalid(name string) wire.Error {
	if name == "no_text" {
		return wire.Error{Code: wire.ErrNoText, Msg: wire.MsgNoText}
	}
	return wire.Error{Code: wire.ErrMalformed, Msg: name}
}

// whatOf is the thing that an error is about, where it says so.
func whatOf(err error, otherwise string) string {
	if e, ok := errors.AsType[*chat.Error](err); ok && e.What != "" {
		return e.What
	}
	return otherwise
}

// typing goes out if the user is in the channel.
type typing struct {
	session *session
	channel chat.StreamID
	thread  chat.TS
}

func (t *typing) do(sh *shard) {
	s := t.session
	b := s.subs[t.channel]
	if s.closing || b == nil || b.entry == nil || b.until != 0 || t.channel.Kind() != chat.ChannelStream {
		return
	}
	e := chat.Ephemeral{
		Stream:  b.entry.stream,
		Payload: wire.AppendTyping(nil, t.channel, s.caller.User, t.thread),
		Origin:  s.id,
	}
	if !sh.server.whispers.offer(e) {
		sh.server.metrics.whispersDropped.Inc()
	}
}

// query answers with the state of each user, asked for in the reader.
func (s *session) query(users []chat.UserID) {
	if s.server.cfg.Presence == nil {
		return
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, presenceTimeout)
	defer cancel()
	var frames []byte
	for _, u := range users {
		state, err := s.server.cfg.Presence.Get(ctx, s.caller.Workspace, u)
		if err != nil {
			s.server.log.Warn("presence query failed", "workspace", s.caller.Workspace, "error", err)
			break
		}
		frames = append(frames, wire.TextFrame(wire.AppendPresence(nil, u, state.Active, s.batch))...)
	}
	if len(frames) > 0 {
		s.reply(frames)
	}
}
