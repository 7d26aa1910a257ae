package store

import (
	"context"

	"taut/chat"
)

// Post is a message to append.
type Post struct {
	Channel chat.ChannelID
	Author  chat.UserID
	// Key makes the post idempotent: the same key of the same author in the
	// same channel gives the first message back, for at least 24 hours.
	Key string
	// Message holds text, blocks, ThreadTS and so on; type, channel, team and
	// ts are the store's to set, user where it is "".
	Message      chat.Message
	Broadcast    bool // of a reply: shown in the channel too
	MentionUsers []chat.UserID
	MentionAll   bool
	Origin       string
	// Files are shared with the message: files of the author's.
	Files []chat.FileID
	// SkipMembership lets the server itself post where the author is no member.
	SkipMembership bool
	// Openly lets the author post to a public channel without being a member.
	Openly bool
}

// Posted is a message as the log has it.
type Posted struct {
	Message   chat.Message
	Event     chat.Event // the one that created it
	Duplicate bool       // the key was used before: this is the first message
}

// maxKey bounds the length of a key.
const maxKey = 190

// PostMessage appends a message. Errors: NotFound "channel", NotMember,
// Archived, NotFound "thread", Invalid "thread" where thread_ts names a reply,
// Invalid "key" where it is too long.
func (w *Workspace) PostMessage(ctx context.Context, p Post) (Posted, error) {
	if len(p.Key) > maxKey {
		return Posted{}, chat.NewError(chat.Invalid, "key")
	}
	if len(p.Files) > maxFiles {
		return Posted{}, chat.NewError(chat.Limited, "files")
	}
	o := &posting{Post: p, workspace: w.id}
	c := change{
		stream: w.id.Channel(p.Channel), sender: p.Author, key: p.Key, origin: p.Origin,
		reads: []read{{member: p.Author}}, apply: o.apply,
	}
	if root := p.Message.ThreadTS; root != 0 {
		c.reads = append(c.reads, read{message: root}, read{message: root, replier: p.Author})
	}
	events, err := w.store.append(ctx, c)
	if err != nil {
		return Posted{}, err
	}
	if len(events) > 0 {
		o.posted.Event = events[0]
	}
	if o.dm {
		w.reopenDM(ctx, p.Channel)
	}
	return o.posted, nil
}

// posting is a post on its way through its turn.
type posting struct {
	Post
	workspace chat.WorkspaceID
	posted    Posted
	dm        bool // posted to a DM or group DM
}

func (p *posting) apply(t *turn) error {
	p.posted = Posted{}
	p.dm = t.head.channelType == chat.DM || t.head.channelType == chat.GroupDM
	if !p.SkipMembership {
		// Before the key: the answer to a used one tells what became of the message.
		if err := t.requireWriter(p.Author, p.Openly); err != nil {
			return err
		}
	}
	if seq, ok := t.duplicate(); ok {
		return p.first(t, seq)
	}
	if err := t.requireOpen(); err != nil {
		return err
	}
	if len(p.Files) > 0 {
		if err := p.attach(t); err != nil {
			return err
		}
	}
	if p.Message.ThreadTS != 0 {
		return p.reply(t)
	}
	return p.emit(t, kindRoot, p.Message)
}

// first answers with what the key's first use appended.
func (p *posting) first(t *turn, seq int64) error {
	m, event, err := t.messageAt(seq)
	if err != nil {
		return err
	}
	p.posted = Posted{Event: event, Duplicate: true}
	p.posted.Message = t.batch.store.shown(m)
	return t.freshenRoot(&p.posted.Message)
}

// emit appends the message and its mentions.
func (p *posting) emit(t *turn, kind eventKind, m chat.Message) error {
	m.Type, m.Channel, m.Team = chat.TypeMessage, p.Channel, p.workspace
	if m.User == "" {
		m.User = p.Author
	}
	event, err := t.emit(newEvent{
		Type: chat.TypeMessage, User: m.User, Kind: kind, Thread: m.ThreadTS,
		Payload: func(_ int64, ts chat.TS) ([]byte, error) {
			m.TS, m.EventTS = ts, ts
			return marshalMessage(&m)
		},
	})
	if err != nil {
		return err
	}
	if kind.counts() {
		p.mention(t, event.TS)
	}
	p.posted.Message, p.posted.Event = m, event
	p.posted.Message.Channel, p.posted.Message.EventTS = "", 0
	return t.share(p.Author, event.TS, m.ThreadTS, p.Files)
}

const insertMention = "mentions (workspace_id, stream_id, user_id, ts, author_id) VALUES (?, ?, ?, ?, ?)"

// mentionAll stands in place of a user who is mentioned.
const mentionAll = "!channel"

// mentioned are the others whom the message mentions.
func (p *Post) mentioned() (users []chat.UserID) {
	for _, u := range p.MentionUsers {
		if u != p.Author {
			users = append(users, u)
		}
	}
	return users
}

func (p *Post) mention(t *turn, ts chat.TS) {
	insert := t.batch.store.dialect.ignore + insertMention
	st := t.head.stream
	for _, u := range p.mentioned() {
		t.exec(insert, string(st.Workspace), string(st.ID), string(u), int64(ts), string(p.Author))
	}
	if p.MentionAll {
		t.exec(insert, string(st.Workspace), string(st.ID), mentionAll, int64(ts), string(p.Author))
	}
}
