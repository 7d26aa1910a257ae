package store

import (
	"fmt"
	"slices"

	"taut/chat"
)

// seeding makes a workspace by turns like those of the ordinary appends, all on
// one transaction, and without the outbox: what a fact would do is done at once.
type seeding struct {
	Seeded
	spec  Seed
	batch *batch
	turns map[chat.Stream]*turn
	order []chat.Stream // of turns, so that a seed writes its rows in one order
	bots  []chat.UserID
}

// seedBuffer is how many rows wait before they are sent.
const seedBuffer = 2000

func newSeeding(s *Store, t *tx, spec Seed) *seeding {
	now := chat.Now().UnixMilli()
	return &seeding{
		spec:   spec,
		Seeded: Seeded{Workspace: chat.Workspace{ID: chat.WorkspaceID(chat.NewID("T")), Domain: spec.Domain, Name: spec.Name, CreatedMS: now}},
		batch:  &batch{store: s, session: t.session, nowMS: now},
		turns:  map[chat.Stream]*turn{},
	}
}

// turn is the stream's, whose head is new.
func (se *seeding) turn(stream chat.Stream) *turn {
	t := se.turns[stream]
	if t == nil {
		t = &turn{head: &head{stream: stream, touchedMS: se.batch.nowMS}, nowMS: se.batch.nowMS, batch: se.batch, change: &change{stream: stream}}
		se.turns[stream] = t
		se.order = append(se.order, stream)
	}
	t.events = nil // nobody asks for them
	return t
}

func (se *seeding) directory() *turn { return se.turn(se.Workspace.ID.Directory()) }

func (se *seeding) run() error {
	if err := se.directory().checkNoOther("SELECT COUNT(*) FROM workspaces WHERE domain = ?", "domain", se.spec.Domain); err != nil {
		return err
	}
	for _, step := range []func() error{se.users, se.botUsers, se.general, se.channels, se.heads} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// sent keeps what waits in memory small.
func (se *seeding) sent(err error) error {
	if err == nil && len(se.batch.rows)+len(se.batch.statements) > seedBuffer {
		err = se.batch.send()
	}
	return err
}

func (se *seeding) users() error {
	for i, n := range se.spec.Users {
		u := NewUser{Name: n.Name, RealName: n.RealName, Email: n.Email, Role: chat.Member}.user(se.Workspace.ID, se.batch.nowMS)
		if i == 0 {
			u.Role = chat.PrimaryOwner
		}
		se.Users = append(se.Users, u)
		if se.spec.UserTokens != nil {
			se.tokens(se.spec.UserTokens(u), NewToken{User: u.ID})
		}
		if err := se.sent(se.directory().listUser(u, se.spec.PasswordHash)); err != nil {
			return err
		}
	}
	return nil
}

func (se *seeding) botUsers() error {
	for _, n := range se.spec.Bots {
		b, u := n.bot(se.Workspace.ID, se.batch.nowMS)
		se.Bots, se.bots = append(se.Bots, b), append(se.bots, u.ID)
		if se.spec.BotTokens != nil {
			se.tokens(se.spec.BotTokens(b), NewToken{User: u.ID, Bot: b.ID, App: b.App})
		}
		err := se.directory().listUser(u, "")
		if err == nil {
			err = se.directory().listBot(b, n.SigningSecret)
		}
		if err = se.sent(err); err != nil {
			return err
		}
	}
	return nil
}

// tokens keeps tokens of the owner's.
func (se *seeding) tokens(tokens []NewToken, owner NewToken) {
	for _, n := range tokens {
		n.User, n.Bot, n.App = owner.User, owner.Bot, owner.App
		se.directory().exec(insertToken, n.values(se.Workspace.ID, newTokenID(), se.batch.nowMS)...)
	}
}

func (se *seeding) general() error {
	members := make([]chat.UserID, len(se.Users))
	for i, u := range se.Users {
		members[i] = u.ID
	}
	c := newGeneral(se.Workspace.ID, members[0])
	se.directory().listWorkspace(se.Workspace, c.ID)
	return se.channel(c, members)
}

func (se *seeding) channels() error {
	for i := range se.spec.Channels {
		members := se.membersOf(i)
		c := newChannel(se.Workspace.ID, fmt.Sprintf("channel-%d", i+1), chat.PublicChannel, members[0])
		se.Channels = append(se.Channels, SeededChannel{ID: c.ID, Name: c.Name, Members: members})
		if err := se.channel(c, members); err != nil {
			return err
		}
		if err := se.messages(c, members); err != nil {
			return err
		}
	}
	return nil
}

// membersOf are those of the i-th channel: each begins where the one before
// ended, so that everybody is in as many.
func (se *seeding) membersOf(i int) []chat.UserID {
	n := se.spec.MembersPerChannel
	if n <= 0 || n > len(se.Users) {
		n = len(se.Users)
	}
	members := make([]chat.UserID, n)
	for j := range members {
		members[j] = se.Users[(i*n+j)%len(se.Users)].ID
	}
	return members
}

// channel makes a channel with its members and the bots.
func (se *seeding) channel(c chat.Channel, members []chat.UserID) error {
	if err := se.directory().listChannel(c, channelNameKey(c)); err != nil {
		return err
	}
	t := se.turn(c.Workspace.Channel(c.ID))
	t.head.channelType, t.head.general = c.Type, c.General
	at, err := t.emitFirst(createFact{Type: c.Type, Creator: c.Creator})
	if err != nil {
		return err
	}
	for _, u := range slices.Concat(members, se.bots) {
		t.setMember(u, member{JoinedSeq: 1, InvitedBy: inviterOf(u, c.Creator)})
		f := membershipFact{JoinedSeq: 1, TS: at.TS, N: at.N}
		if err := se.sent(se.turn(c.Workspace.User(u)).showMembership(u, c, f, at.Seq)); err != nil {
			return err
		}
	}
	return nil
}

func (se *seeding) messages(c chat.Channel, members []chat.UserID) error {
	t := se.turn(c.Workspace.Channel(c.ID))
	for i := range se.spec.MessagesPerChannel {
		author := members[i%len(members)]
		text := fmt.Sprintf("Message %d of %d in #%s", i+1, se.spec.MessagesPerChannel, c.Name)
		p := posting{workspace: c.Workspace, Post: Post{Channel: c.ID, Author: author}}
		m := chat.Message{User: author, Text: text, Blocks: chat.RichTextBlocks(text)}
		if err := se.sent(p.emit(t, kindRoot, m)); err != nil {
			return err
		}
	}
	return nil
}

// heads writes what the turns have come to.
func (se *seeding) heads() error {
	if err := se.batch.send(); err != nil {
		return err
	}
	for _, stream := range se.order {
		if _, err := se.batch.session.exec(insertHead, se.turns[stream].head.row()...); err != nil {
			return err
		}
	}
	return nil
}
