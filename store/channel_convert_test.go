package store

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"taut/chat"
)

func TestConvert(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	c := tm.channel("plans", ada.ID)
	tm.post(c.ID, ada.ID, "before")
	by := Actor{User: ada.ID, Address: "192.0.2.1"}

	for _, refused := range []struct {
		ch   chat.ChannelID
		by   chat.UserID
		to   chat.ChannelType
		code chat.Code
		what string
	}{
		{c.ID, bob.ID, chat.PrivateChannel, chat.NotMember, "channel"},
		{c.ID, ada.ID, chat.PublicChannel, chat.Invalid, "type"},
		{c.ID, ada.ID, chat.DM, chat.Invalid, "type"},
		{tm.general().ID, ada.ID, chat.PrivateChannel, chat.Forbidden, "general"},
		{"C0000000000", ada.ID, chat.PrivateChannel, chat.NotFound, "channel"},
	} {
		_, err := tm.Convert(t.Context(), refused.ch, Actor{User: refused.by}, refused.to)
		tm.want(err, refused.code, refused.what)
	}

	got, err := tm.Convert(t.Context(), c.ID, by, chat.PrivateChannel)
	tm.must(err)
	if got.ID != c.ID || got.Type != chat.PrivateChannel || got.Name != "plans" || got.NumMembers != 2 {
		t.Errorf("converted %+v", got)
	}
	events := tm.events(tm.id.Channel(c.ID))
	if last := string(events[len(events)-1].Payload); !strings.Contains(last, `"channel_convert_to_private"`) || !strings.Contains(last, `"text":"made this channel *private*.`) {
		t.Errorf("the members were told %s", last)
	}
	if told := tm.lastOf(tm.id.Directory()); told.Type != chat.SubtypeToPrivate || strings.Contains(string(told.Payload), "plans") || strings.Contains(string(told.Payload), string(ada.ID)) {
		t.Errorf("the workspace was told %s of %s", told.Payload, told.User)
	}
	_, err = tm.Join(t.Context(), c.ID, bob.ID, "")
	tm.want(err, chat.NotFound, "channel")
	tm.wantAudit("public_channel_converted_to_private", by, string(c.ID))
	_, err = tm.Convert(t.Context(), c.ID, by, chat.PrivateChannel)
	tm.want(err, chat.Invalid, "type")

	_, err = tm.Convert(t.Context(), c.ID, by, chat.PublicChannel)
	tm.must(err)
	told := tm.lastOf(tm.id.Directory())
	var body struct{ Channel chat.ChannelObject }
	if err := json.Unmarshal(told.Payload, &body); err != nil || told.Type != chat.SubtypeToPublic || body.Channel.Name != "plans" || body.Channel.IsPrivate {
		t.Errorf("the workspace was told %s, %v", told.Payload, err)
	}
	tm.wantAudit("group_converted_to_channel", by, string(c.ID))
	tm.join(c.ID, bob.ID)
	tm.check()
}

// The commit in the channel's stream decides: whoever asks before the directory has
// followed sees nothing either, and a page of a list is no shorter for that.
func TestConversionWhoseCallerDies(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	c := tm.channel("plans", ada.ID)
	g := tm.group("devs")
	_, err := tm.UpdateUsergroup(t.Context(), g.ID, tm.owner.ID, func(g *chat.Usergroup) error { g.Channels = []chat.ChannelID{c.ID}; return nil })
	tm.must(err)
	tm.must(tm.convertAndDie(c.ID, ada.ID))

	if got, err := tm.Channel(t.Context(), c.ID); err != nil || got.Type != chat.PrivateChannel {
		t.Errorf("it is %v, %v", got.Type, err)
	}
	if may, err := tm.mayRead(t.Context(), bob.ID, c.ID); may || err != nil {
		t.Errorf("an outsider may read it: %v, %v", may, err)
	}
	both := []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel}
	for _, p := range []struct {
		who   chat.UserID
		shown bool
	}{{ada.ID, true}, {bob.ID, false}} {
		for _, q := range []struct {
			ChannelQuery
			shown bool
		}{
			{ChannelQuery{VisibleTo: p.who, Types: both}, p.shown},
			{ChannelQuery{MemberOf: p.who, Types: both}, p.shown},
			{ChannelQuery{VisibleTo: p.who}, false}, // of what is public
			{ChannelQuery{MemberOf: p.who}, false},
			{ChannelQuery{}, true}, // an export's, which misses nothing
		} {
			all, err := tm.Channels(t.Context(), q.ChannelQuery)
			tm.must(err)
			if shown := slices.ContainsFunc(all, func(l chat.Channel) bool { return l.ID == c.ID }); shown != q.shown {
				t.Errorf("it is listed for %+v: %v", q.ChannelQuery, shown)
			}
		}
		page, err := tm.Channels(t.Context(), ChannelQuery{VisibleTo: p.who, Limit: 2})
		if err != nil || len(page) != 2 {
			t.Errorf("a page of %d, %v", len(page), err)
		}
	}
	facts, err := tm.PublicChannels(t.Context(), "", 100)
	if err != nil || slices.ContainsFunc(facts, func(f chat.PublicFacts) bool { return f.ID == c.ID }) || len(facts) < 2 {
		t.Errorf("public are %v, %v", facts, err)
	}
	if groups, err := tm.Usergroups(t.Context()); err != nil || len(groups) != 1 || len(groups[0].Channels) > 0 {
		t.Errorf("groups %+v, %v", groups, err)
	}
	tm.store.carryLeftovers(t.Context(), 0)
	if row, err := tm.channelRow(t.Context(), c.ID); err != nil || row.Type != chat.PrivateChannel {
		t.Errorf("the directory has it as %v, %v", row.Type, err)
	}
	tm.check()
}

// All of the workspace sees the groups' channels.
func TestConversionUnlinksGroups(t *testing.T) {
	tm := openTeam(t)
	g, c, other := tm.group("devs"), tm.channel("plans"), tm.channel("other")
	_, err := tm.UpdateUsergroup(t.Context(), g.ID, tm.owner.ID, func(g *chat.Usergroup) error {
		g.Channels = []chat.ChannelID{c.ID, other.ID}
		return nil
	})
	tm.must(err)
	_, err = tm.Convert(t.Context(), c.ID, Actor{User: tm.owner.ID}, chat.PrivateChannel)
	tm.must(err)
	groups, err := tm.Usergroups(t.Context())
	tm.must(err)
	if len(groups) != 1 || !slices.Equal(groups[0].Channels, []chat.ChannelID{other.ID}) {
		t.Errorf("groups %+v", groups)
	}
	// An update that looked at the channel before it was private.
	_, err = tm.UpdateUsergroup(t.Context(), g.ID, tm.owner.ID, func(g *chat.Usergroup) error {
		g.Channels = []chat.ChannelID{other.ID, c.ID}
		return nil
	})
	tm.want(err, chat.NotFound, "channel")
	_, err = tm.CreateUsergroup(t.Context(), chat.Usergroup{Name: "ops", CreatedBy: tm.owner.ID, Channels: []chat.ChannelID{c.ID}})
	tm.want(err, chat.NotFound, "channel")
	tm.check()
}

// A conversion is in one transaction with others' messages: it writes no more of a channel
// with many files.
func TestConversionOfManyFiles(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	tm, se := newTeam(t, s, "team"), besides(t, s)
	c := tm.channel("plans")
	tm.must(s.write(t.Context(), func(tx *tx) error {
		for i := range 20_000 {
			if _, err := tx.exec("INSERT INTO file_shares (workspace_id, stream_id, ts, file_id, thread_ts, user_id, is_public) VALUES (?, ?, ?, ?, 0, ?, 1)",
				string(tm.id), string(c.ID), int64(i+1), chat.FormatID("F", uint64(i)), string(tm.owner.ID)); err != nil {
				return err
			}
		}
		return nil
	}))
	before := se.log(t).pages
	_, err := tm.Convert(t.Context(), c.ID, Actor{User: tm.owner.ID}, chat.PrivateChannel)
	tm.must(err)
	if n := se.log(t).pages - before; n <= 0 || n > 150 {
		t.Errorf("it wrote %d pages", n)
	}
}

// Who was on the way into a public channel, as by an invitation that names it, doesn't come
// into the private one that it is by then; who was on the way into a private one does.
func TestConversionOnTheWayIn(t *testing.T) {
	tm := openTeam(t)
	secret, err := tm.CreateChannel(t.Context(), NewChannel{Name: "secret", Creator: tm.owner.ID, Private: true})
	tm.must(err)
	public := tm.channel("plans").ID
	u := NewUser{Name: "gus", Role: chat.Guest}.user(tm.id, chat.Now().UnixMilli())
	_, err = tm.store.append(t.Context(), change{stream: tm.id.Directory(), apply: func(t *turn) error {
		return t.letInto(u.ID, []chat.ChannelID{public, secret.ID}, func(t *turn) error { return t.createUser(u, "") })
	}})
	tm.must(err)
	_, err = tm.Convert(t.Context(), public, Actor{User: tm.owner.ID}, chat.PrivateChannel)
	tm.must(err)
	tm.store.carryLeftovers(t.Context(), 0)
	for ch, want := range map[chat.ChannelID]bool{public: false, secret.ID: true} {
		if in, err := tm.IsMember(t.Context(), ch, u.ID); in != want || err != nil {
			t.Errorf("gus is in %s: %v, %v", ch, in, err)
		}
	}
	tm.check()
}

// convertAndDie is a conversion whose caller dies before the carry.
func (tm *team) convertAndDie(ch chat.ChannelID, by chat.UserID) error {
	_, err := tm.store.append(tm.t.Context(), change{stream: tm.id.Channel(ch), apply: func(t *turn) error {
		if err := t.convert(by, chat.PrivateChannel); err != nil {
			return err
		}
		return t.carry(fact{Target: tm.id.Directory(), Kind: factChannel, Body: channelFact{Actor: by, MS: t.nowMS, Type: chat.PrivateChannel}})
	}})
	return err
}

func (tm *team) lastOf(stream chat.Stream) chat.Event {
	tm.t.Helper()
	events := tm.events(stream)
	return events[len(events)-1]
}

func (tm *team) general() chat.Channel {
	tm.t.Helper()
	c, err := tm.ChannelByName(tm.t.Context(), "general")
	tm.must(err)
	return c
}

// wantAudit: the action has one entry.
func (tm *team) wantAudit(action string, by Actor, target string) {
	tm.t.Helper()
	entries, _, err := tm.AuditLog(tm.t.Context(), AuditQuery{Action: action})
	tm.must(err)
	if len(entries) != 1 || entries[0].Actor != by || entries[0].Target != target {
		tm.t.Errorf("%s: %+v", action, entries)
	}
}
