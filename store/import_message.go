package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"taut/chat"
)

// ImportedMessage is a message with its own ts. Its reactions name everybody.
type ImportedMessage struct {
	chat.Message
	Author       chat.UserID // whom the log names; "" where that is nobody here
	MentionUsers []chat.UserID
	MentionAll   bool
	KeptFiles    []chat.FileID // those of its files whose bytes are here
}

// ImportedBatch tells what became of a batch of messages.
type ImportedBatch struct {
	Added   int
	Orphans []chat.TS // replies whose root isn't there: they became roots
	Late    []chat.TS // older than what the channel has since: they were left out
	Cut     []chat.TS // too large: they lost attachments, blocks or the end of their text
}

// importProgress is a row of import_channels.
type importProgress struct {
	lastTS chat.TS // as the export has it
	opened bool
}

const selectImportProgress = "SELECT last_ts, opened FROM import_channels WHERE workspace_id = ? AND stream_id = ?"

func scanImportProgress(row scanner) (p importProgress, err error) {
	err = row.Scan(&p.lastTS, &p.opened)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return p, err
}

// LastTS is the ts of the channel's last message that is in, as the export has
// it; 0 where none is.
func (i *Import) LastTS(ctx context.Context, ch chat.ChannelID) (chat.TS, error) {
	p, err := scanImportProgress(i.store.db.QueryRowContext(ctx, selectImportProgress, i.id, ch))
	return p.lastTS, err
}

// Messages appends a batch to a channel, in order of ts, and notes how far it is
// in the same transaction. What is in already is left out. Messages with the same
// ts must come in one batch: all but the first get later ones.
func (i *Import) Messages(ctx context.Context, c chat.Channel, batch []ImportedMessage) (ImportedBatch, error) {
	im := importing{source: i.source, batch: batch}
	_, err := i.store.append(ctx, change{
		stream: i.id.Channel(c.ID), create: &head{channelType: c.Type, general: c.General}, apply: im.apply,
	})
	if err != nil { // the turn may still run, where the caller went away
		return ImportedBatch{}, err
	}
	return im.done, nil
}

// importing is a batch on its way through its turn.
type importing struct {
	source string
	batch  []ImportedMessage

	progress importProgress
	done     ImportedBatch
	changed  []*messageState // whose rows of message_state are to be written, each once
	fresh    map[chat.TS]bool
	threads  map[*messageState][]chat.UserID // roots that got replies, and whom these mention
}

// sameMoment is how far behind the stream a message of a channel that is in use
// may be to count as one of the same moment, which gets a later ts.
const sameMoment = 1000

func (im *importing) apply(t *turn) (err error) {
	*im = importing{source: im.source, batch: im.batch, fresh: map[chat.TS]bool{}, threads: map[*messageState][]chat.UserID{}}
	st := t.head.stream
	im.progress, err = scanImportProgress(t.batch.session.queryRow(selectImportProgress, string(st.Workspace), string(st.ID)))
	if err != nil {
		return err
	}
	before := im.progress.lastTS
	for n := range im.batch {
		m := &im.batch[n]
		if m.TS <= before {
			continue
		}
		im.progress.lastTS = m.TS
		if im.progress.opened && t.head.lastTS-m.TS > sameMoment {
			im.done.Late = append(im.done.Late, m.TS)
			continue
		}
		if err := im.add(t, m); err != nil {
			return err
		}
	}
	for _, m := range im.changed {
		if err := t.saveMessage(m); err != nil {
			return err
		}
		if im.threads[m] != nil {
			t.followImported(m, im.threads[m])
		}
	}
	if im.progress.lastTS > before {
		im.progress.save(t, im.source)
	}
	return nil
}

// save notes the progress, with the stream as it is now.
func (p importProgress) save(t *turn, source string) {
	st, h := t.head.stream, t.head
	t.exec(t.batch.store.dialect.upsert("import_channels", "workspace_id, stream_id", "source_id, last_ts, end_seq, end_ts, end_n, opened"),
		string(st.Workspace), string(st.ID), source, int64(p.lastTS), h.seq, int64(h.lastTS), h.n, asInt(p.opened))
}

func (im *importing) add(t *turn, m *ImportedMessage) error {
	root, err := im.root(t, m)
	if err != nil {
		return err
	}
	stored := m.Message
	kind := kindOfImported(&stored, root)
	if stored.Root != nil && kind != kindBroadcast {
		stored.Root = nil
	}
	if root != nil {
		stored.ParentUserID = root.user
	} else {
		stored.ParentUserID = ""
	}
	state, event, err := im.emit(t, kind, m, stored)
	if err != nil {
		return err
	}
	if kind.counts() {
		p := posting{Post: Post{Author: m.Author, MentionUsers: m.MentionUsers, MentionAll: m.MentionAll}}
		p.mention(t, state.ts)
	}
	im.react(t, state, m.Reactions)
	for _, f := range m.KeptFiles {
		t.listShare(m.Author, state.ts, state.thread, f)
	}
	if root == nil {
		return nil
	}
	if stored.Root != nil {
		t.copied(root.ts, state.seq)
	}
	if im.threads[root] == nil {
		im.threads[root] = []chat.UserID{root.user}
	}
	im.threads[root] = append(im.threads[root], m.MentionUsers...)
	return im.countReply(t, root, event)
}

// root is the message that a reply belongs to; nil where it is none, or the root
// isn't there: then it stands for itself.
func (im *importing) root(t *turn, m *ImportedMessage) (*messageState, error) {
	if m.ThreadTS == 0 || m.ThreadTS == m.TS {
		return nil, nil
	}
	root, err := t.anyMessage(m.ThreadTS)
	if err != nil {
		return nil, err
	}
	if root == nil || root.kind != kindRoot && root.kind != kindNotice || root.deleted == deletedGone {
		im.done.Orphans = append(im.done.Orphans, m.TS)
		return nil, nil
	}
	return root, nil
}

func kindOfImported(m *chat.Message, root *messageState) eventKind {
	switch {
	case root != nil && m.Subtype == chat.SubtypeThreadBroadcast:
		return kindBroadcast
	case root != nil:
		return kindReply
	case slices.Contains([]string{chat.SubtypeJoin, chat.SubtypeLeave, "group_join", "group_leave"}, m.Subtype):
		return kindNotice
	}
	return kindRoot
}

// emit appends the message itself. What its state tells isn't in it.
func (im *importing) emit(t *turn, kind eventKind, m *ImportedMessage, stored chat.Message) (*messageState, chat.Event, error) {
	st := t.head.stream
	if kind != kindReply && kind != kindBroadcast {
		stored.ThreadTS = 0
	}
	stored.Type, stored.Channel, stored.Team = chat.TypeMessage, chat.ChannelID(st.ID), st.Workspace
	stored.Reactions, stored.ReplyCount, stored.ReplyUsersCount, stored.ReplyUsers, stored.LatestReply = nil, 0, 0, nil, 0
	stored.IsLocked, stored.Subscribed, stored.PinnedTo = nil, nil, nil
	event, err := t.emit(newEvent{
		Type: chat.TypeMessage, User: m.Author, Kind: kind, Thread: stored.ThreadTS, TS: m.TS,
		Payload: func(_ int64, ts chat.TS) ([]byte, error) {
			stored.TS, stored.EventTS = ts, ts
			payload, cut, err := fitMessage(stored)
			if cut {
				im.done.Cut = append(im.done.Cut, ts)
			}
			return payload, err
		},
	})
	if err != nil {
		return nil, event, err
	}
	im.done.Added++
	im.fresh[event.TS] = true
	state := &messageState{ts: event.TS, channel: chat.ChannelID(event.Stream.ID), seq: event.Seq, kind: kind, user: m.Author, thread: stored.ThreadTS, original: event.Payload}
	put(&t.own.messages, messageKey{st, event.TS}, state)
	if stored.Subtype == chat.SubtypeTombstone && kind == kindRoot {
		state.deleted = deletedTombstone
		im.change(state)
	}
	return state, event, nil
}

// fitMessage makes the payload, and leaves out what makes it too large.
func fitMessage(m chat.Message) (payload []byte, cut bool, err error) {
	payload, err = marshalMessage(&m)
	for _, less := range []func(){
		func() { m.Attachments, m.Metadata = nil, nil },
		func() { m.Blocks, m.Root, m.Icons, m.BotProfile = nil, nil, nil, nil },
		func() { m.Files = nil },
		func() { m.Text = m.Text[:min(len(m.Text), maxEventBytes/8)] },
	} {
		if err != nil || len(payload) <= maxEventBytes {
			break
		}
		less()
		cut = true
		payload, err = marshal(&m)
	}
	return payload, cut, err
}

func (im *importing) change(m *messageState) {
	if !slices.Contains(im.changed, m) {
		im.changed = append(im.changed, m)
	}
}

func (im *importing) react(t *turn, m *messageState, reactions []chat.Reaction) {
	for _, r := range reactions {
		users := distinct(r.Users)
		for _, u := range users {
			// When it came no export says.
			t.exec(insertReaction, append(reacting{m.ts, u, r.Name}.row(t), string(m.user), int64(m.ts))...)
		}
		m.reactions = append(m.reactions, chat.Reaction{Name: r.Name, Users: users[:min(len(users), maxReactionUsers)], Count: len(users)})
	}
	if len(m.reactions) > 0 {
		im.change(m)
	}
}

// countReply enters a reply into its thread, as turn.countReply does.
func (im *importing) countReply(t *turn, root *messageState, reply chat.Event) error {
	k := messageUserKey{messageKey{t.head.stream, root.ts}, reply.User}
	n, known := t.own.replies[k]
	if !known && !im.fresh[root.ts] {
		var err error
		if n, err = t.replies(root.ts, reply.User); err != nil {
			return err
		}
	}
	t.enterReply(root, reply, n)
	im.change(root)
	return nil
}
