package webapi

import (
	"context"
	"slices"

	"taut/chat"
	"taut/store"
)

const (
	// maxMentioned is how many users one message mentions, each of whom costs a
	// row; who is beyond is not told. An @here that reaches more than that is one
	// of everybody.
	maxMentioned = 1_000
	// maxHere is how many members of a channel are asked whether they are active;
	// in a larger one @here is @channel.
	maxHere = 2_000
)

// Mentioned implements chat.Mentioner. Most messages mention nobody beyond those
// whom they name: they cost a look for keywords, in memory.
func (s *Server) Mentioned(ctx context.Context, q chat.MentionQuery) (users []chat.UserID, all bool, err error) {
	m := mentioning{server: s, workspace: s.store.Workspace(q.Workspace), query: q, users: q.Mentions.Users}
	for _, add := range []func(context.Context) error{m.everybody, m.here, m.groups, m.keywords} {
		if err := add(ctx); err != nil {
			return nil, false, err
		}
	}
	return m.distinct(), m.all, nil
}

var _ chat.Mentioner = (*Server)(nil)

// mentioning is the answer to a query in the making.
type mentioning struct {
	server    *Server
	workspace *store.Workspace
	query     chat.MentionQuery
	users     []chat.UserID
	all       bool
}

// everybody: @channel, and in #general @everyone, of those who may.
func (m *mentioning) everybody(ctx context.Context) error {
	named := m.query.Mentions
	if !named.Channel && !named.Everyone {
		return nil
	}
	if may, err := m.mayMentionAll(ctx); err != nil || !may {
		return err
	}
	if named.Channel {
		m.all = true
		return nil
	}
	c, err := m.workspace.Channel(ctx, m.query.Channel)
	m.all = err == nil && c.General
	return ignoreAbsent(err)
}

// mayMentionAll tells whether the settings let the author speak to all.
func (m *mentioning) mayMentionAll(ctx context.Context) (bool, error) {
	author, err := m.workspace.User(ctx, m.query.Author)
	if err != nil {
		return false, err
	}
	settings, err := m.workspace.Settings(ctx)
	return err == nil && settings.Allows(author.Role, chat.MentionAll), err
}

// ignoreAbsent: of a channel that isn't there the append tells.
func ignoreAbsent(err error) error {
	if chat.CodeOf(err) == chat.NotFound {
		return nil
	}
	return err
}

// here adds the members who are active now.
func (m *mentioning) here(ctx context.Context) error {
	if !m.query.Mentions.Here || m.all || m.server.presence == nil {
		return nil
	}
	if may, err := m.mayMentionAll(ctx); err != nil || !may {
		return err
	}
	var active []chat.UserID
	asked := 0
	for after := chat.UserID(""); ; {
		members, err := m.workspace.Members(ctx, m.query.Channel, after, maxPage)
		if err != nil {
			return ignoreAbsent(err)
		}
		for _, u := range members {
			state, err := m.server.presence.Get(ctx, m.query.Workspace, u)
			if err == nil && state.Active {
				active = append(active, u)
			}
		}
		if asked += len(members); len(active) > maxMentioned || asked >= maxHere {
			m.all = true
			return nil
		}
		if len(members) < maxPage {
			break
		}
		after = members[len(members)-1]
	}
	m.users = append(slices.Clip(m.users), active...)
	return nil
}

func (m *mentioning) groups(ctx context.Context) error {
	if len(m.query.Mentions.Subteams) == 0 {
		return nil
	}
	users, err := m.workspace.UsergroupUsersIn(ctx, m.query.Mentions.Subteams, m.query.Channel)
	m.users = append(slices.Clip(m.users), users...)
	return err
}

func (m *mentioning) keywords(ctx context.Context) error {
	users, err := m.workspace.KeywordUsers(ctx, m.query.Channel, m.query.Text)
	m.users = append(slices.Clip(m.users), users...)
	return err
}

// distinct leaves out the author, as nobody mentions themself.
func (m *mentioning) distinct() []chat.UserID {
	var users []chat.UserID
	seen := map[chat.UserID]bool{m.query.Author: true}
	for _, u := range m.users {
		if !seen[u] && len(users) < maxMentioned {
			seen[u] = true
			users = append(users, u)
		}
	}
	return users
}

// composed is a post, and whom its text names: whom that mentions is found when
// it is posted.
type composed struct {
	store.Post
	names chat.MentionSet
}

// send appends a message of its author's.
func (q *request) send(ctx context.Context, p composed) (store.Posted, error) {
	var err error
	p.MentionUsers, p.MentionAll, err = q.server.Mentioned(ctx, chat.MentionQuery{
		Workspace: q.caller.Workspace, Channel: p.Channel, Author: p.Author, Mentions: p.names, Text: p.Message.Text,
	})
	if err != nil {
		return store.Posted{}, err
	}
	return q.workspace.PostMessage(ctx, p.Post)
}
