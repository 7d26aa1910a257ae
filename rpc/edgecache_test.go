package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"reflect"
	"slices"
	"testing"

	"taut/chat"
)

// shelf is an edge cache that keeps what it was asked, and answers with one of each.
type shelf struct {
	err   error
	asked any
	times int
}

var (
	everyField = chat.User{
		ID: "U1", Workspace: "T1", Name: "n", RealName: "r", DisplayName: "d", Email: "e", Title: "t", StatusText: "s", StatusEmoji: "m", StatusEnds: 1,
		Details:  chat.UserDetails{Phone: "p", Skype: "k", Pronouns: "o", StartDate: "a"},
		TimeZone: "z", Avatar: "v", Role: chat.Guest, Deleted: true, Bot: "B1", App: "A1", CreatedMS: 2, UpdatedMS: 3,
	}
	everyFact = chat.PublicFacts{ID: "C1", Name: "n", Creator: "U1", Created: 4, General: true, Archived: true}
	somewhere = chat.DirectoryPlace{Rank: 3, Name: "n", ID: "U1"}
)

func (s *shelf) note(asked any) error {
	s.asked = asked
	s.times++
	return s.err
}

func (s *shelf) UsersByID(_ context.Context, w chat.WorkspaceID, users []chat.UserID) ([]chat.User, error) {
	return []chat.User{everyField}, s.note(userIDs{w, users})
}

func (s *shelf) SearchUsers(_ context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundUsers, error) {
	return chat.FoundUsers{Users: []chat.User{everyField}, More: true, Next: somewhere}, s.note(directoryQuery{w, q})
}

func (s *shelf) SearchChannels(_ context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundChannels, error) {
	return chat.FoundChannels{Channels: []chat.PublicFacts{everyFact}, More: true, Next: somewhere}, s.note(directoryQuery{w, q})
}

func (s *shelf) Memberships(_ context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	return chat.MembershipSnapshot{Seq: 7, Channels: []chat.Membership{{Channel: "C1", JoinedSeq: 3}}, Away: true, Role: chat.Guest}, s.note(c)
}

func (s *shelf) LikelyChannels(_ context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	return []chat.ChannelID{"C1", "C2"}, s.note(c)
}

func TestDirectoriesAreAskedElsewhere(t *testing.T) {
	fields := reflect.ValueOf(everyField)
	for i := range fields.NumField() {
		if name := fields.Type().Field(i).Name; fields.Field(i).IsZero() && name != "Away" {
			t.Errorf("a user's %s is not tried", name)
		}
	}
	ids := identities(t, "acme", "one", "two", "three", "gate")
	n := NewNodes(ids[3], slog.New(slog.DiscardHandler))
	t.Cleanup(n.Close)
	shelves := map[string]*shelf{}
	servers := map[string]*Server{}
	for _, id := range ids[:3] {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		shelves[id.Node] = &shelf{}
		servers[id.Node] = Serve(l, id, Services{EdgeCache: shelves[id.Node]}, slog.New(slog.DiscardHandler))
		t.Cleanup(servers[id.Node].Close)
		n.Listens(id.Node, l.Addr().String(), "1")
	}
	names := []string{"one", "two", "three"}
	order := inTurn("T1", names)
	d := n.EdgeCaches(func() []string { return names }, nil)
	q := chat.DirectoryQuery{Text: "x", Inactive: true, Restricted: true, Among: []string{"a", "b"}, After: somewhere, Limit: 7}

	users, err := d.UsersByID(t.Context(), "T1", []chat.UserID{"U1", "U2"})
	if err != nil || !reflect.DeepEqual(users, []chat.User{everyField}) || !reflect.DeepEqual(shelves[order[0]].asked, userIDs{"T1", []chat.UserID{"U1", "U2"}}) {
		t.Errorf("users by id: %+v, %v, asked %+v", users, err, shelves[order[0]].asked)
	}
	found, err := d.SearchUsers(t.Context(), "T1", q)
	if err != nil || !reflect.DeepEqual(found, chat.FoundUsers{Users: []chat.User{everyField}, More: true, Next: somewhere}) || !reflect.DeepEqual(shelves[order[0]].asked, directoryQuery{"T1", q}) {
		t.Errorf("users: %+v, %v, asked %+v", found, err, shelves[order[0]].asked)
	}
	channels, err := d.SearchChannels(t.Context(), "T1", q)
	if err != nil || !reflect.DeepEqual(channels, chat.FoundChannels{Channels: []chat.PublicFacts{everyFact}, More: true, Next: somewhere}) {
		t.Errorf("channels: %+v, %v", channels, err)
	}
	if m, err := d.Memberships(t.Context(), ann); err != nil || m.Seq != 7 || len(m.Channels) != 1 || m.Channels[0].JoinedSeq != 3 || !m.Away || m.Role != chat.Guest || !reflect.DeepEqual(shelves[order[0]].asked, ann) {
		t.Errorf("memberships: %+v, %v, asked %+v", m, err, shelves[order[0]].asked)
	}
	if likely, err := d.LikelyChannels(t.Context(), ann); err != nil || !slices.Equal(likely, []chat.ChannelID{"C1", "C2"}) || !reflect.DeepEqual(shelves[order[0]].asked, ann) {
		t.Errorf("likely: %+v, %v, asked %+v", likely, err, shelves[order[0]].asked)
	}
	for _, refusal := range []error{chat.NewError(chat.Inactive, "user"), chat.NewError(chat.Unauthenticated, "revoked"), chat.NewError(chat.NotFound, "user"), chat.NewError(chat.Limited, "lookups")} {
		shelves[order[0]].err = refusal
		if _, err := d.Memberships(t.Context(), ann); fmt.Sprint(err) != fmt.Sprint(refusal) {
			t.Errorf("%v became %v", refusal, err)
		}
	}
	shelves[order[0]].err = nil
	if shelves[order[1]].times+shelves[order[2]].times != 0 {
		t.Error("a workspace's questions went to several nodes")
	}

	servers[order[0]].Close() // it dies: the next one answers
	if _, err := d.SearchUsers(t.Context(), "T1", q); err != nil || shelves[order[1]].times != 1 {
		t.Errorf("beside a dead node: %v, asked %d times", err, shelves[order[1]].times)
	}
	shelves[order[1]].err = chat.NewError(chat.Unavailable, "directory")
	if _, err := d.SearchUsers(t.Context(), "T1", q); chat.CodeOf(err) != chat.Unavailable || shelves[order[2]].times != 0 {
		t.Errorf("where two can't: %v, the third was asked %d times", err, shelves[order[2]].times)
	}
	own := &shelf{}
	here := n.EdgeCaches(func() []string { return []string{"gate"} }, own)
	if _, err := here.UsersByID(t.Context(), "T1", nil); err != nil || own.times != 1 {
		t.Errorf("this node's own: %v, asked %d times", err, own.times)
	}
	nobody := n.EdgeCaches(func() []string { return nil }, nil)
	if _, err := nobody.UsersByID(t.Context(), "T1", nil); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("without edge caches: %v", err)
	}
}
