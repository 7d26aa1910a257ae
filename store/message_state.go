package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"taut/chat"
)

// How a message was deleted.
const (
	deletedNot       = 0
	deletedGone      = 1 // history shows nothing
	deletedTombstone = 2 // a root with replies: history shows that it was there
)

// messageState is a message: the event that created it and what came since.
type messageState struct {
	ts       chat.TS
	channel  chat.ChannelID
	seq      int64
	kind     eventKind
	user     chat.UserID
	thread   chat.TS // the root, of a reply
	original []byte  // the event's payload

	payload         []byte // the current version; nil: the original
	deleted         int
	replyCount      int
	replyUsersCount int
	latestReply     chat.TS
	replyUsers      []chat.UserID   // at most maxReplyUsers
	reactions       []chat.Reaction // users: at most maxReactionUsers each
	pinned          bool
	late            bool // a reply that was broadcast after it was posted: n never counted it

	bytes int // of what scanMessage read and history shows
}

const messageColumns = "e.ts, e.seq, e.kind, e.user_id, e.thread_ts, e.payload, s.payload, s.deleted, s.reply_count, s.reply_users_count, s.latest_reply," +
	" s.reply_users, s.reactions, s.pinned, e.stream_id, s.kind"

// fromMessages joins events with what came since. The join is by ts, which a
// stream gives once.
const fromMessages = " FROM events e LEFT JOIN message_state s ON s.workspace_id = e.workspace_id AND s.stream_id = e.stream_id AND s.ts = e.ts"

const selectMessages = "SELECT " + messageColumns + fromMessages

// scanMessage reads a row of messageColumns.
func scanMessage(row scanner) (*messageState, error) {
	m := &messageState{}
	var deleted, replies, users, latest, pinned, kind sql.NullInt64
	var replyUsers, reactions sql.NullString
	err := row.Scan(&m.ts, &m.seq, &m.kind, &m.user, &m.thread, &m.original, &m.payload, &deleted, &replies, &users, &latest, &replyUsers, &reactions, &pinned, &m.channel, &kind)
	if err != nil {
		return nil, err
	}
	m.bytes = len(m.current()) + len(replyUsers.String) + len(reactions.String)
	m.deleted, m.replyCount, m.replyUsersCount, m.latestReply = int(deleted.Int64), int(replies.Int64), int(users.Int64), chat.TS(latest.Int64)
	m.pinned = pinned.Int64 != 0
	m.late = m.kind == kindBroadcast && eventKind(kind.Int64) == kindReply
	if err := unmarshalList(replyUsers.String, &m.replyUsers); err != nil {
		return nil, err
	}
	return m, unmarshalList(reactions.String, &m.reactions)
}

func unmarshalList[T any](text string, list *[]T) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), list)
}

func marshalList[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// current is the message's present version as stored.
func (m *messageState) current() []byte {
	if m.payload != nil {
		return m.payload
	}
	return m.original
}

// shown is what history shows. A message that can't be read is one without text,
// so that it takes no page with it and can be deleted.
func (s *Store) shown(m *messageState) chat.Message {
	msg, err := m.message()
	if err != nil {
		s.log.Error("message cannot be read", slog.Any("err", err))
	}
	return msg
}

// message is what shown gives; with an error it is the message without content.
func (m *messageState) message() (msg chat.Message, err error) {
	if err = json.Unmarshal(m.current(), &msg); err != nil {
		err = fmt.Errorf("message %s: %w", m.ts, err)
		msg = chat.Message{Type: chat.TypeMessage, User: m.user, TS: m.ts, ThreadTS: m.thread}
	}
	msg.Channel, msg.EventTS = "", 0
	msg.Reactions = m.reactions
	if m.pinned {
		msg.PinnedTo = []chat.ChannelID{m.channel}
	}
	if m.replyCount > 0 {
		msg.ThreadTS, msg.ReplyCount, msg.ReplyUsersCount = m.ts, m.replyCount, m.replyUsersCount
		msg.ReplyUsers, msg.LatestReply = m.replyUsers, m.latestReply
		msg.IsLocked, msg.Subscribed = new(bool), new(bool)
	}
	return msg, err
}

// visible tells whether history shows the message at all.
func (m *messageState) visible() bool { return m.kind != kindOther && m.deleted != deletedGone }

// errNoMessage is the answer where there is no such message.
var errNoMessage = chat.NewError(chat.NotFound, "message")

// message finds a message of the turn's stream that is not deleted; what the
// turn changes of it, it saves with saveMessage. NotFound "message".
func (t *turn) message(ts chat.TS) (*messageState, error) {
	m, err := t.anyMessage(ts)
	if err == nil && (m == nil || m.kind == kindOther || m.deleted != deletedNot) {
		err = errNoMessage
	}
	return m, err
}

// anyMessage finds deleted messages too; nil where there is none.
func (t *turn) anyMessage(ts chat.TS) (*messageState, error) {
	k := messageKey{t.head.stream, ts}
	m, ok := t.own.messages[k]
	if !ok {
		loaded, err := t.batch.message(k, t.head.seq)
		if err != nil {
			return nil, err
		}
		if loaded != nil {
			c := *loaded
			m = &c
			put(&t.own.messages, k, m)
		}
	}
	return m, nil
}

// message loads a message; nil where there is none.
func (b *batch) message(k messageKey, headSeq int64) (*messageState, error) {
	if m, ok := b.view.messages[k]; ok {
		return m, nil
	}
	query, args := b.store.dialect.messageByTS(k, headSeq)
	m, err := scanMessage(b.session.queryRow(query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		m, err = nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	put(&b.view.messages, k, m)
	return m, nil
}

// saveMessage queues the row of what came to a message.
func (t *turn) saveMessage(m *messageState) error {
	replyUsers, err := marshalList(m.replyUsers)
	if err != nil {
		return err
	}
	reactions, err := marshalList(m.reactions)
	if err != nil {
		return err
	}
	st := t.head.stream
	var payload any
	if m.payload != nil {
		payload = m.payload
	}
	// Its row stays a reply's, so that those who count the unread take off n only what it has.
	kind := m.kind
	if m.late {
		kind = kindReply
	}
	t.exec(t.batch.store.dialect.saveMessage, string(st.Workspace), string(st.ID), int64(m.ts), m.seq, int64(kind), m.deleted, payload,
		m.replyCount, m.replyUsersCount, int64(m.latestReply), replyUsers, reactions, asInt(m.pinned))
	return nil
}
