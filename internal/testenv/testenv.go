// Package testenv gives tests of any package a real store in a folder of their
// own, with a workspace, users and a channel in it. It starts no goroutine; the
// store it opens is closed when the test ends.
package testenv

import (
	"fmt"
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

// Open opens a store in a folder of the test's: on SQLite, or where UseMariaDB was
// called on an empty database. Options may be changed before; Data is set already.
func Open(t testing.TB, change ...func(*store.Options)) *store.Store {
	t.Helper()
	o := store.Options{Data: t.TempDir(), MySQL: MySQL(t)}
	for _, c := range change {
		c(&o)
	}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// Team is a workspace with some users who are all in one public channel.
type Team struct {
	*store.Workspace
	t     testing.TB
	Store *store.Store
	Info  chat.Workspace
	// Users[0] is the primary owner.
	Users   []chat.User
	Channel chat.ChannelID
}

// NewTeam makes a workspace with a random domain and n users, at least one, in
// one channel beside #general.
func NewTeam(t testing.TB, s *store.Store, n int) *Team {
	t.Helper()
	ctx := t.Context()
	info, owner, err := s.CreateWorkspace(ctx, store.NewWorkspace{
		Domain: "team-" + chat.NewSecret(8), Name: "Team",
		Owner: store.NewUser{Name: "user0", RealName: "User 0", Email: "user0@example.com"},
	})
	if err != nil {
		t.Fatalf("create workspace: %v", err)
	}
	team := &Team{Workspace: s.Workspace(info.ID), t: t, Store: s, Info: info, Users: []chat.User{owner}}
	for i := 1; i < n; i++ {
		team.AddUser(fmt.Sprintf("user%d", i))
	}
	team.Channel = team.NewChannel("channel", team.IDs()...)
	return team
}

// Existing is a workspace that was made before; Users and Channel are not set.
func Existing(t testing.TB, s *store.Store, id chat.WorkspaceID) *Team {
	return &Team{Workspace: s.Workspace(id), t: t, Store: s}
}

// IDs are the users'.
func (m *Team) IDs() []chat.UserID {
	ids := make([]chat.UserID, len(m.Users))
	for i, u := range m.Users {
		ids[i] = u.ID
	}
	return ids
}

// AddUser makes a further user, who is in #general only.
func (m *Team) AddUser(name string) chat.User {
	m.t.Helper()
	u, err := m.CreateUser(m.t.Context(), store.NewUser{
		Name: name, RealName: strings.ToUpper(name), Email: name + "@example.com", Role: chat.Member,
	})
	if err != nil {
		m.t.Fatalf("create user %s: %v", name, err)
	}
	m.Users = append(m.Users, u)
	return u
}

// NewChannel makes a public channel of the users, the first being its creator.
func (m *Team) NewChannel(name string, users ...chat.UserID) chat.ChannelID {
	m.t.Helper()
	c, err := m.CreateChannel(m.t.Context(), store.NewChannel{Name: name, Creator: users[0], Members: users})
	if err != nil {
		m.t.Fatalf("create channel %s: %v", name, err)
	}
	return c.ID
}

// Post posts a text into the team's channel.
func (m *Team) Post(author chat.UserID, text string) store.Posted {
	m.t.Helper()
	return m.PostTo(m.Channel, author, text)
}

// PostTo posts a text into a channel.
func (m *Team) PostTo(ch chat.ChannelID, author chat.UserID, text string) store.Posted {
	m.t.Helper()
	p, err := m.PostMessage(m.t.Context(), store.Post{Channel: ch, Author: author, Message: chat.Message{Text: text}})
	if err != nil {
		m.t.Fatalf("post to %s: %v", ch, err)
	}
	return p
}

// Log reads a channel's whole log.
func (m *Team) Log(ch chat.ChannelID) []chat.Event {
	m.t.Helper()
	var all []chat.Event
	for after := int64(0); ; {
		p, err := m.Store.Read(m.t.Context(), chat.ReadRequest{Stream: m.ID().Channel(ch), After: after, Limit: 500})
		if err != nil {
			m.t.Fatalf("read %s: %v", ch, err)
		}
		all = append(all, p.Events...)
		if p.Next >= p.Head {
			return all
		}
		after = p.Next
	}
}
