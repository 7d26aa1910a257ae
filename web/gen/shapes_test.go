package main

import (
	"strings"
	"testing"
)

// madeBy says what in Go makes the objects that each interface of the client's is a
// view of: structs, or functions that make maps. The first is the one that decides
// what may be missing; what only others have must be optional.
var madeBy = map[string][]string{
	"Team":               {"webapi.teamObject"},
	"Profile":            {"chat.ProfileObject"},
	"User":               {"chat.UserObject", "webapi.bootSelf"},
	"Blurb":              {"chat.BlurbObject"},
	"Channel":            {"chat.ChannelObject"},
	"Edited":             {"chat.Edited"},
	"Reaction":           {"chat.Reaction"},
	"BotProfile":         {"chat.BotObject"},
	"Message":            {"chat.Message", "webapi.threadMessage", "webapi.ephemeralMessage"},
	"File":               {"chat.FileObject"},
	"Bookmark":           {"store.BookmarkObject"},
	"Usergroup":          {"chat.UsergroupObject"},
	"Place":              {"wire.Frame", "chat.Message"},
	"MembershipKeys":     {"chat.MembershipChange"},
	"DndStatus":          {"dnd.Status"},
	"ThreadSubscription": {"store.subscription"},
	"ReactionItem":       {"store.reactionItem"},
	"Marked":             {"store.tellMark()"},
	"SavedEvent":         {"store.savedFields()"},
	"HiddenKeys":         {"store.hiddenEvent"},
	"FrameError":         {"wire.Error"},
	"Raw":                {"wire.Frame"},
}

// clientsOwn are never sent; hello's host is written by hand.
var clientsOwn = map[string]bool{"LocalState": true, "EventMap": true, "Message.local": true, "Raw.host": true}

var typed = []string{"../src/wire/objects.ts", "../src/wire/events.ts", "../src/wire/frames.ts"}

// Whatever the client reads of an object or frame, the server's code has under that
// name, as that kind of value; and what it may leave out is optional for the client.
func TestViewsAreOfWhatGoMakes(t *testing.T) {
	goes := readSources(t, "chat", "wire", "store", "webapi", "internal/dnd")
	views := readViews(t, typed...)
	for name := range madeBy {
		if views[name] == nil {
			t.Errorf("the client has no interface %s", name)
		}
	}
	for name, view := range views {
		if clientsOwn[name] {
			continue
		}
		if madeBy[name] == nil {
			t.Errorf("nothing is said of who makes %s", name)
			continue
		}
		for key, have := range view {
			if clientsOwn[name+"."+key] {
				continue
			}
			if fault := have.fault(t, goes, key, madeBy[name]); fault != "" {
				t.Errorf("%s.%s: %s", name, key, fault)
			}
		}
	}
}

// fault is how a key that the client reads differs from that of the first who makes it.
func (f field) fault(t *testing.T, goes sources, key string, makers []string) string {
	t.Helper()
	for i, maker := range makers {
		if made, ok := goes.fields(t, maker)[key]; ok {
			made.optional = made.optional || i > 0
			return f.unlike(made)
		}
	}
	return "there is no such key in " + strings.Join(makers, ", ")
}

// unlike says what is wrong with reading one field as another.
func (f field) unlike(made field) string {
	switch {
	case f.kind != made.kind && f.kind != anyKind && made.kind != anyKind:
		return f.kind + " is " + made.kind
	case made.optional && !f.optional && f.kind != anyKind:
		return "what must be there may be missing"
	case made.nullable && !f.nullable && f.kind != anyKind:
		return "what is never null may be"
	}
	return ""
}
