package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"taut/chat"
)

// team is a workspace under test.
type team struct {
	*Workspace
	t     *testing.T
	owner chat.User
}

func newTeam(t *testing.T, s *Store, domain string) *team {
	t.Helper()
	w, owner, err := s.CreateWorkspace(t.Context(), NewWorkspace{Domain: domain, Name: domain, Owner: NewUser{Name: "owner", Email: "owner@" + domain}})
	if err != nil {
		t.Fatal(err)
	}
	return &team{s.Workspace(w.ID), t, owner}
}

// openTeam is a team on a store of its own.
func openTeam(t *testing.T) *team {
	t.Helper()
	return newTeam(t, openStore(t), "acme")
}

func (tm *team) must(err error) {
	tm.t.Helper()
	if err != nil {
		tm.t.Fatal(err)
	}
}

func (tm *team) want(err error, code chat.Code, what string) {
	tm.t.Helper()
	wantError(tm.t, err, code, what)
}

func wantError(t *testing.T, err error, code chat.Code, what string) {
	t.Helper()
	if want := chat.NewError(code, what); err == nil || err.Error() != want.Error() {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func (tm *team) user(name string) chat.User {
	tm.t.Helper()
	u, err := tm.CreateUser(tm.t.Context(), NewUser{Name: name, Email: name + "@example.com"})
	tm.must(err)
	return u
}

func (tm *team) channel(name string, members ...chat.UserID) chat.Channel {
	tm.t.Helper()
	c, err := tm.CreateChannel(tm.t.Context(), NewChannel{Name: name, Creator: tm.owner.ID, Members: members})
	tm.must(err)
	return c
}

func (tm *team) join(ch chat.ChannelID, u chat.UserID) int64 {
	tm.t.Helper()
	seq, err := tm.Join(tm.t.Context(), ch, u, "")
	tm.must(err)
	return seq
}

func (tm *team) post(ch chat.ChannelID, u chat.UserID, text string) Posted {
	tm.t.Helper()
	p, err := tm.PostMessage(tm.t.Context(), Post{Channel: ch, Author: u, Message: chat.Message{Text: text}})
	tm.must(err)
	return p
}

// events are all of a stream.
func (tm *team) events(stream chat.Stream) []chat.Event {
	tm.t.Helper()
	var all []chat.Event
	for after := int64(0); ; {
		p, err := tm.store.Read(tm.t.Context(), chat.ReadRequest{Stream: stream, After: after})
		tm.must(err)
		all = append(all, p.Events...)
		if after = p.Next; after >= p.Head {
			return all
		}
	}
}

// types are what the stream's events say they are, a message by its subtype.
func (tm *team) types(stream chat.Stream) []string {
	tm.t.Helper()
	var types []string
	for _, e := range tm.events(stream) {
		var p struct{ Type, Subtype string }
		tm.must(json.Unmarshal(e.Payload, &p))
		types = append(types, cmp.Or(p.Subtype, p.Type))
	}
	return types
}

func (tm *team) wantTypes(stream chat.Stream, want ...string) {
	tm.t.Helper()
	if got := tm.types(stream); !slices.Equal(got, want) {
		tm.t.Errorf("stream %s has\n%q, want\n%q", stream.ID, got, want)
	}
}

// inParallel runs f n times at once and gives the errors.
func inParallel(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = f(i) })
	}
	group.Wait()
	return errs
}

// wantOne is that exactly one succeeded and the others got the error.
func wantOne(t *testing.T, errs []error, code chat.Code, what string) {
	t.Helper()
	succeeded := 0
	for _, err := range errs {
		if err == nil {
			succeeded++
			continue
		}
		wantError(t, err, code, what)
	}
	if succeeded != 1 {
		t.Errorf("%d succeeded, want one", succeeded)
	}
}

// check holds the whole workspace against what must always be true of it once
// nothing is on its way: streams without holes, heads that count right, and views
// that show what their source has.
func (tm *team) check() {
	tm.t.Helper()
	channels := tm.checkChannels()
	users, err := tm.Users(tm.t.Context(), "", 0)
	tm.must(err)
	for _, u := range users {
		tm.checkUser(u, channels)
	}
	tm.checkStream(tm.id.Directory())
}

// checkChannels gives the current members of all channels, with the seqs since when.
func (tm *team) checkChannels() map[chat.ChannelID]map[chat.UserID]int64 {
	tm.t.Helper()
	all := map[chat.ChannelID]map[chat.UserID]int64{}
	query := ChannelQuery{Types: []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel, chat.DM, chat.GroupDM}}
	for {
		channels, err := tm.Channels(tm.t.Context(), query)
		tm.must(err)
		for _, c := range channels {
			all[c.ID] = tm.checkChannel(c)
			query.After = c.ID
		}
		if len(channels) < maxPage {
			return all
		}
	}
}

func (tm *team) checkChannel(c chat.Channel) map[chat.UserID]int64 {
	tm.t.Helper()
	stream := tm.id.Channel(c.ID)
	events := tm.checkStream(stream)
	rows, err := tm.store.db.QueryContext(tm.t.Context(),
		"SELECT user_id, joined_seq, left_seq FROM stream_members WHERE workspace_id = ? AND stream_id = ? ORDER BY user_id, joined_seq", tm.id, c.ID)
	type interval struct {
		chat.Membership
		user chat.UserID
	}
	intervals, err := collect(rows, err, func(r scanner) (i interval, err error) {
		return i, r.Scan(&i.user, &i.JoinedSeq, &i.LeftSeq)
	})
	tm.must(err)
	members := map[chat.UserID]int64{}
	for i, m := range intervals {
		if i > 0 && intervals[i-1].user == m.user && (intervals[i-1].LeftSeq == 0 || intervals[i-1].LeftSeq >= m.JoinedSeq) {
			tm.t.Errorf("%s: intervals of %s overlap: %v, %v", c.ID, m.user, intervals[i-1], m)
		}
		if m.LeftSeq == 0 {
			members[m.user] = m.JoinedSeq
		}
	}
	if c.NumMembers != len(members) {
		tm.t.Errorf("%s: %d members counted, there are %d", c.ID, c.NumMembers, len(members))
	}
	for _, e := range events {
		inside := slices.ContainsFunc(intervals, func(i interval) bool { return i.user == e.User && i.Contains(e.Seq) })
		if e.Type == chat.TypeMessage && !inside {
			tm.t.Errorf("%s: event %d of %s is outside their membership", c.ID, e.Seq, e.User)
		}
	}
	return members
}

// checkStream reads a stream whole: seq without a hole, ts increasing, n counting.
func (tm *team) checkStream(stream chat.Stream) []chat.Event {
	tm.t.Helper()
	events := tm.events(stream)
	var last chat.Event
	for _, e := range events {
		if e.Seq != last.Seq+1 || e.TS <= last.TS || e.N < last.N || e.N > last.N+1 {
			tm.t.Fatalf("%s: event %d %s n %d after %d %s n %d", stream.ID, e.Seq, e.TS, e.N, last.Seq, last.TS, last.N)
		}
		last = e
	}
	var seq, n int64
	var ts chat.TS
	err := tm.store.db.QueryRowContext(tm.t.Context(), "SELECT seq, last_ts, n FROM stream_heads WHERE workspace_id = ? AND stream_id = ?",
		stream.Workspace, stream.ID).Scan(&seq, &ts, &n)
	if err != nil || seq != last.Seq || ts != last.TS || n != last.N {
		tm.t.Errorf("%s: head %d %s n %d, last event %d %s n %d (%v)", stream.ID, seq, ts, n, last.Seq, last.TS, last.N, err)
	}
	return events
}

// checkUser holds a user's view against the channels, and the user's stream
// against the view.
func (tm *team) checkUser(u chat.User, channels map[chat.ChannelID]map[chat.UserID]int64) {
	tm.t.Helper()
	snapshot, err := tm.Memberships(tm.t.Context(), u.ID)
	tm.must(err)
	view := map[chat.ChannelID]int64{}
	for _, m := range snapshot.Channels {
		view[m.Channel] = m.JoinedSeq
	}
	want := map[chat.ChannelID]int64{}
	for ch, members := range channels {
		if seq, in := members[u.ID]; in {
			want[ch] = seq
		}
	}
	if !maps.Equal(view, want) {
		tm.t.Errorf("%s is in %v, the view says %v", u.Name, want, view)
	}
	if told := tm.fold(u.ID, snapshot.Seq); !maps.Equal(told, view) {
		tm.t.Errorf("%s was told of %v, the view says %v", u.Name, told, view)
	}
}

// fold is what the user's stream says of their channels up to a seq.
func (tm *team) fold(u chat.UserID, seq int64) map[chat.ChannelID]int64 {
	tm.t.Helper()
	told := map[chat.ChannelID]int64{}
	if seq == 0 {
		return told
	}
	for _, e := range tm.checkStream(tm.id.User(u)) {
		c, ok := e.MembershipChange()
		switch {
		case !ok || e.Seq > seq:
		case c.LeftSeq > 0:
			delete(told, c.Channel)
		default:
			told[c.Channel] = c.JoinedSeq
		}
	}
	return told
}

func names[T any](list []T, name func(T) string) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = name(v)
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

func channelNames(list []chat.Channel) string {
	return names(list, func(c chat.Channel) string { return c.Name })
}
