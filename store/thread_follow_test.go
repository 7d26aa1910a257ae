package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// allThreads are those of everywhere.
func allThreads(u chat.UserID) store.ThreadQuery {
	return store.ThreadQuery{User: u, Types: []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel, chat.DM, chat.GroupDM}}
}

func threadState(t *testing.T, team *testenv.Team, u chat.UserID, root chat.TS) store.ThreadState {
	t.Helper()
	return must(team.ThreadStates(t.Context(), team.Channel, u, []chat.TS{root}))(t)[root]
}

func wantThreads(t *testing.T, team *testenv.Team, u chat.UserID, threads, mentions int) {
	t.Helper()
	if got := must(team.ThreadCounts(t.Context(), allThreads(u)))(t); got.Threads != threads || got.Mentions != mentions {
		t.Errorf("%d threads with %d mentions are unread, want %d and %d", got.Threads, got.Mentions, threads, mentions)
	}
}

// posting posts with mentions.
func posting(t *testing.T, team *testenv.Team, author chat.UserID, thread chat.TS, mentions ...chat.UserID) chat.TS {
	t.Helper()
	p := store.Post{Channel: team.Channel, Author: author, Message: chat.Message{Text: "x", ThreadTS: thread}, MentionUsers: mentions}
	return must(team.PostMessage(t.Context(), p))(t).Message.TS
}

func testFollowing(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 5)
	author, replier, named, inRoot, other := team.Users[0].ID, team.Users[1].ID, team.Users[2].ID, team.Users[3].ID, team.Users[4].ID
	root := posting(t, team, author, 0, inRoot)
	wantThreads(t, team, author, 0, 0)
	first := posting(t, team, replier, root)
	second := posting(t, team, replier, root, named)
	for u, want := range map[chat.UserID]struct {
		threads, mentions int
		read              chat.TS
	}{author: {1, 0, root}, replier: {0, 0, second}, named: {1, 1, first}, inRoot: {1, 0, root}, other: {}} {
		wantThreads(t, team, u, want.threads, want.mentions)
		if got := threadState(t, team, u, root); got.Follows != (u != other) || got.LastRead != want.read {
			t.Errorf("state of %s is %+v, want %+v", u, got, want)
		}
	}
	if n := must(team.UnreadReplies(t.Context(), team.Channel, root, author, root))(t); n != 2 {
		t.Errorf("%d replies are unread", n)
	}
	// Their own replies are read; a deleted one mentions nobody.
	posting(t, team, author, root)
	wantThreads(t, team, author, 0, 0)
	if err := team.DeleteMessage(t.Context(), store.Delete{Channel: team.Channel, TS: second}); err != nil {
		t.Fatal(err)
	}
	wantThreads(t, team, named, 1, 0)
	if got := threadState(t, team, replier, root); !got.Follows || got.LastRead != second {
		t.Errorf("a deleted reply's author is %+v", got)
	}
}

func testThreadMarks(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 3)
	ctx, ch, author, replier, other := t.Context(), team.Channel, team.Users[0].ID, team.Users[1].ID, team.Users[2].ID
	root := posting(t, team, author, 0)
	first, second := posting(t, team, replier, root, author), posting(t, team, replier, root, author)
	wantThreads(t, team, author, 1, 2)
	mark := func(ts chat.TS) {
		t.Helper()
		if err := team.MarkThread(ctx, ch, first, author, ts); err != nil { // any message names its thread
			t.Fatal(err)
		}
	}
	mark(first)
	wantThreads(t, team, author, 1, 1)
	mark(second + 1_000_000)
	wantThreads(t, team, author, 0, 0)
	if got := threadState(t, team, author, root); got.LastRead != second {
		t.Errorf("read beyond the last reply: %+v", got)
	}
	mark(second) // nothing new
	mark(root)
	wantThreads(t, team, author, 1, 2)

	// Of threads that one doesn't follow, nothing is kept.
	if err := team.MarkThread(ctx, ch, root, other, first); err != nil || threadState(t, team, other, root) != (store.ThreadState{}) {
		t.Errorf("a mark made a follower (%v)", err)
	}
	if err := team.FollowThread(ctx, ch, root, other, first); err != nil {
		t.Fatal(err)
	}
	wantThreads(t, team, other, 1, 0)
	if err := team.UnfollowThread(ctx, ch, root, other); err != nil {
		t.Fatal(err)
	}
	posting(t, team, replier, root, other) // a mention changes nothing for who doesn't want to follow
	wantThreads(t, team, other, 0, 0)
	posting(t, team, other, root) // replying does
	if !threadState(t, team, other, root).Follows {
		t.Error("who replied doesn't follow")
	}
	wantCode(t, team.FollowThread(ctx, ch, 1, other, 0), chat.NotFound, "thread")
	wantCode(t, team.FollowThread(ctx, "C0000000000", root, other, 0), chat.NotFound, "channel")

	told := func(u chat.UserID) (told []string) {
		for _, e := range team.Log(chat.ChannelID(u)) {
			var p struct {
				Subscription struct {
					Channel  chat.ChannelID `json:"channel"`
					ThreadTS chat.TS        `json:"thread_ts"`
					Active   bool           `json:"active"`
					Unread   int            `json:"unread_count"`
				}
			}
			if err := json.Unmarshal(e.Payload, &p); err != nil {
				t.Fatal(err)
			}
			if s := p.Subscription; s.ThreadTS != 0 {
				if s.Channel != ch || s.ThreadTS != root {
					t.Errorf("told of %s", e.Payload)
				}
				told = append(told, fmt.Sprint(e.Type, " ", s.Active, s.Unread))
			}
		}
		return told
	}
	if got := told(author); !slices.Equal(got, []string{"thread_marked true 1", "thread_marked true 0", "thread_marked true 2"}) {
		t.Errorf("the author's devices were told %q", got)
	}
	if got := told(other); !slices.Equal(got, []string{"thread_subscribed true 1", "thread_unsubscribed false 0"}) {
		t.Errorf("the other's devices were told %q", got)
	}
}

func testFollowedThreads(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 2)
	me, ctx := team.Users[0].ID, t.Context()
	stranger := team.AddUser("stranger").ID
	var roots []chat.TS
	for range 5 {
		roots = append(roots, posting(t, team, me, 0))
	}
	for _, i := range []int{3, 0, 4, 1, 2} {
		posting(t, team, team.Users[1].ID, roots[i], stranger)
	}
	var got []chat.TS
	for q := allThreads(me); ; {
		q.Limit = 2
		page := must(team.FollowedThreads(ctx, q))(t)
		for _, f := range page {
			got = append(got, f.Root)
			q.After = f.Place()
		}
		if len(page) < 2 {
			break
		}
	}
	if want := []chat.TS{roots[2], roots[1], roots[4], roots[0], roots[3]}; !slices.Equal(got, want) {
		t.Errorf("threads are %v, want %v", got, want)
	}
	// Who may not read the channel has no threads there.
	if got := must(team.FollowedThreads(ctx, allThreads(stranger)))(t); len(got) != 5 {
		t.Errorf("of a public channel %d threads", len(got))
	}
	q := allThreads(stranger)
	q.MembersOnly = true
	if got := must(team.FollowedThreads(ctx, q))(t); len(got) != 0 {
		t.Errorf("a guest who is no member sees %v", got)
	}
	if c := must(team.ThreadCounts(ctx, q))(t); c != (store.ThreadCounts{}) {
		t.Errorf("a guest who is no member counts %v", c)
	}
	latest := must(team.LatestReplies(ctx, team.Channel, roots[2], 5))(t)
	if len(latest) != 1 || latest[0].ThreadTS != roots[2] {
		t.Errorf("latest replies %+v", latest)
	}
}

func testMentionsOfEdits(t *testing.T, open opener) {
	team := testenv.NewTeam(t, open(t), 4)
	ctx, ch, author, ada, bob := t.Context(), team.Channel, team.Users[0].ID, team.Users[1].ID, team.Users[2].ID
	want := func(u chat.UserID, mentions int) {
		t.Helper()
		all, err := team.Unread(ctx, u, []chat.ChannelID{ch})
		if err != nil || all[ch].Mentions != mentions {
			t.Errorf("%d mentions (%v), want %d", all[ch].Mentions, err, mentions)
		}
	}
	change := func(ts chat.TS, m store.Mentioned) {
		t.Helper()
		_, err := team.UpdateMessage(ctx, store.Edit{Channel: ch, TS: ts, Actor: author, Apply: func(m *chat.Message) { m.Text = "edited" },
			Mentions: &m})
		if err != nil {
			t.Fatal(err)
		}
	}
	ts := posting(t, team, author, 0, ada)
	want(ada, 1)
	edit(t, team, ts, author, "an edit that says nothing of mentions")
	want(ada, 1)
	change(ts, store.Mentioned{Users: []chat.UserID{bob, author}})
	want(ada, 0)
	want(bob, 1)
	want(author, 0)
	change(ts, store.Mentioned{All: true})
	want(ada, 1)
	change(ts, store.Mentioned{})
	want(ada, 0)
	want(bob, 0)

	root := posting(t, team, author, 0)
	reply := posting(t, team, author, root, ada)
	change(reply, store.Mentioned{Users: []chat.UserID{bob}})
	wantThreads(t, team, ada, 1, 0)
	wantThreads(t, team, bob, 1, 1)
	want(bob, 0) // a reply is the thread's alone
}
