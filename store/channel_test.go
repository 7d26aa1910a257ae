package store

import (
	"fmt"
	"testing"

	"taut/chat"
)

func TestCreateChannel(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	c, err := tm.CreateChannel(t.Context(), NewChannel{Name: "dev", Creator: ada.ID, Members: []chat.UserID{bob.ID, ada.ID}})
	tm.must(err)
	if c.Type != chat.PublicChannel || c.Creator != ada.ID || c.NumMembers != 2 || c.ID[0] != 'C' {
		t.Errorf("channel %+v", c)
	}
	tm.wantTypes(tm.id.Channel(c.ID), chat.TypeMemberJoined, chat.SubtypeJoin)
	if m, err := tm.Intervals(t.Context(), c.ID, bob.ID); err != nil || len(m) != 1 || m[0].JoinedSeq != 1 {
		t.Errorf("bob's intervals %v, %v", m, err)
	}
	if got, err := tm.ChannelByName(t.Context(), "DEV"); err != nil || got.ID != c.ID {
		t.Errorf("by name %v, %v", got, err)
	}
	_, err = tm.CreateChannel(t.Context(), NewChannel{Name: "dev", Creator: bob.ID})
	tm.want(err, chat.Exists, "name")
	_, err = tm.CreateChannel(t.Context(), NewChannel{Name: "new", Creator: "U0000000000"})
	tm.want(err, chat.NotFound, "user")
	_, err = tm.ChannelByName(t.Context(), "new")
	tm.want(err, chat.NotFound, "channel")
	tm.check()
}

func TestOneNameForManyChannels(t *testing.T) {
	tm := openTeam(t)
	wantOne(t, inParallel(20, func(int) error {
		_, err := tm.CreateChannel(t.Context(), NewChannel{Name: "dev", Creator: tm.owner.ID})
		return err
	}), chat.Exists, "name")
	tm.check()
}

func TestPrivateChannelsStayPrivate(t *testing.T) {
	tm := openTeam(t)
	before := tm.types(tm.id.Directory())
	c, err := tm.CreateChannel(t.Context(), NewChannel{Name: "secret", Private: true, Creator: tm.owner.ID})
	tm.must(err)
	_, err = tm.Rename(t.Context(), c.ID, tm.owner.ID, "hidden")
	tm.must(err)
	_, err = tm.SetTopic(t.Context(), c.ID, tm.owner.ID, "plans")
	tm.must(err)
	tm.must(tm.Archive(t.Context(), c.ID, tm.owner.ID))
	tm.must(tm.Unarchive(t.Context(), c.ID, tm.owner.ID))
	tm.wantTypes(tm.id.Directory(), before...)
	tm.wantTypes(tm.id.Channel(c.ID), chat.TypeMemberJoined, chat.SubtypeJoin, chat.SubtypeName, "group_rename", chat.SubtypeTopic,
		chat.SubtypeArchive, "group_archive", chat.SubtypeUnarchive, "group_unarchive")
	types := tm.types(tm.id.User(tm.owner.ID))
	if types[len(types)-1] != "group_joined" {
		t.Errorf("the creator was told %q", types)
	}

	ada := tm.user("ada")
	for viewer, want := range map[chat.UserID]string{ada.ID: "[general random]", tm.owner.ID: "[general hidden random]"} {
		channels, err := tm.Channels(t.Context(), ChannelQuery{Types: []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel}, VisibleTo: viewer})
		tm.must(err)
		if got := channelNames(channels); got != want {
			t.Errorf("%s sees %s, want %s", viewer, got, want)
		}
	}
	tm.check()
}

func TestChannelQuery(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	var last chat.Channel
	for i := range 5 {
		last = tm.channel(fmt.Sprintf("c%d", i), ada.ID)
	}
	tm.must(tm.Archive(t.Context(), last.ID, ada.ID))
	channels, err := tm.Channels(t.Context(), ChannelQuery{MemberOf: ada.ID, ExcludeArchived: true})
	tm.must(err)
	if got := channelNames(channels); got != "[c0 c1 c2 c3 general]" {
		t.Errorf("ada's open channels are %s", got)
	}
	first, err := tm.Channels(t.Context(), ChannelQuery{Limit: 3})
	tm.must(err)
	rest, err := tm.Channels(t.Context(), ChannelQuery{After: first[2].ID, Limit: 100})
	tm.must(err)
	if got := channelNames(append(first, rest...)); got != "[c0 c1 c2 c3 c4 general random]" {
		t.Errorf("the pages together are %s", got)
	}
}

func TestTopicAndPurpose(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	c := tm.channel("dev")
	_, err := tm.SetTopic(t.Context(), c.ID, ada.ID, "tea")
	tm.want(err, chat.NotMember, "channel")
	got, err := tm.SetTopic(t.Context(), c.ID, tm.owner.ID, "tea")
	tm.must(err)
	if got.Topic.Value != "tea" || got.Topic.Creator != tm.owner.ID || got.Topic.SetMS == 0 {
		t.Errorf("topic %+v", got.Topic)
	}
	got, err = tm.SetPurpose(t.Context(), c.ID, tm.owner.ID, "talk")
	tm.must(err)
	if got.Purpose.Value != "talk" || got.Topic.Value != "tea" {
		t.Errorf("purpose %+v, topic %+v", got.Purpose, got.Topic)
	}
	messages, _, err := tm.History(t.Context(), c.ID, Range{})
	tm.must(err)
	if messages[0].Subtype != chat.SubtypePurpose || *messages[0].Purpose != "talk" || messages[1].Subtype != chat.SubtypeTopic || *messages[1].Topic != "tea" {
		t.Errorf("history %+v", messages)
	}
	tm.check()
}

func TestArchive(t *testing.T) {
	tm := openTeam(t)
	ada, bob := tm.user("ada"), tm.user("bob")
	c := tm.channel("dev", ada.ID)
	tm.want(tm.Archive(t.Context(), c.ID, bob.ID), chat.NotMember, "channel")
	tm.must(tm.Archive(t.Context(), c.ID, ada.ID))
	tm.want(tm.Archive(t.Context(), c.ID, ada.ID), chat.Archived, "channel")
	if got, err := tm.Channel(t.Context(), c.ID); err != nil || !got.Archived {
		t.Errorf("archived %+v, %v", got, err)
	}
	_, err := tm.Join(t.Context(), c.ID, bob.ID, "")
	tm.want(err, chat.Archived, "channel")
	tm.want(tm.Leave(t.Context(), c.ID, ada.ID, ada.ID), chat.Archived, "channel")
	_, err = tm.SetTopic(t.Context(), c.ID, ada.ID, "x")
	tm.want(err, chat.Archived, "channel")
	_, err = tm.PostMessage(t.Context(), Post{Channel: c.ID, Author: ada.ID, Message: chat.Message{Text: "x"}})
	tm.want(err, chat.Archived, "channel")

	tm.must(tm.Unarchive(t.Context(), c.ID, bob.ID))
	tm.want(tm.Unarchive(t.Context(), c.ID, bob.ID), chat.Invalid, "not_archived")
	if in, err := tm.IsMember(t.Context(), c.ID, bob.ID); err != nil || !in {
		t.Errorf("bob, who unarchived it, is a member: %v, %v", in, err)
	}
	types := tm.types(tm.id.Directory())
	if n := len(types); types[n-2] != "channel_archive" || types[n-1] != "channel_unarchive" {
		t.Errorf("the workspace was told %q", types)
	}
	tm.check()
}

func TestGeneralStays(t *testing.T) {
	tm := openTeam(t)
	ada := tm.user("ada")
	general, err := tm.ChannelByName(t.Context(), "general")
	tm.must(err)
	if !general.General {
		t.Errorf("general is %+v", general)
	}
	tm.want(tm.Leave(t.Context(), general.ID, ada.ID, ada.ID), chat.Forbidden, "general")
	tm.want(tm.Leave(t.Context(), general.ID, ada.ID, tm.owner.ID), chat.Forbidden, "general")
	tm.want(tm.Archive(t.Context(), general.ID, tm.owner.ID), chat.Forbidden, "general")
}

func TestPreviousNamesAreBounded(t *testing.T) {
	c := chat.Channel{Name: "first"}
	for i := range 2 * maxPreviousNames {
		name := fmt.Sprint("name", i)
		channelFact{Name: &name}.change(&c)
	}
	if n := len(c.PreviousNames); n != maxPreviousNames || c.PreviousNames[n-1] != fmt.Sprint("name", 2*maxPreviousNames-2) {
		t.Errorf("%d previous names: %v", n, c.PreviousNames)
	}
}
