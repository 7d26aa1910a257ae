package store

import (
	"context"
	"testing"

	"taut/chat"
)

// A handle of one workspace with the ids of another finds nothing and changes
// nothing, whatever it is asked.
func TestIsolation(t *testing.T) {
	s := openStore(t)
	mine, theirs := newTeam(t, s, "mine"), newTeam(t, s, "theirs")
	me := mine.owner.ID
	ada := theirs.user("ada")
	bot, _, err := theirs.CreateBot(t.Context(), NewBot{Name: "robot"})
	theirs.must(err)
	c := theirs.channel("dev", ada.ID)
	own := mine.channel("own")
	dm, _, err := theirs.OpenDM(t.Context(), []chat.UserID{ada.ID, theirs.owner.ID})
	theirs.must(err)
	p := theirs.post(c.ID, ada.ID, "secret")
	theirs.must(theirs.SetPref(t.Context(), ada.ID, "theme", []byte(`1`)))
	_, err = theirs.CreateToken(t.Context(), NewToken{Hash: TokenHash{7}, Type: chat.UserToken, User: ada.ID})
	theirs.must(err)
	before := len(theirs.events(theirs.id.Directory())) + len(theirs.events(theirs.id.Channel(c.ID))) + len(theirs.events(theirs.id.User(ada.ID)))

	w := mine.Workspace
	name := func(u *chat.User) error { u.Name = "stolen"; return nil }
	for what, call := range map[string]func(context.Context) error{
		"User":            func(ctx context.Context) error { _, err := w.User(ctx, ada.ID); return err },
		"UserByName":      func(ctx context.Context) error { _, err := w.UserByName(ctx, "ada"); return err },
		"UserByEmail":     func(ctx context.Context) error { _, err := w.UserByEmail(ctx, ada.Email); return err },
		"UpdateUser":      func(ctx context.Context) error { _, err := w.UpdateUser(ctx, ada.ID, name); return err },
		"PasswordHash":    func(ctx context.Context) error { _, err := w.PasswordHash(ctx, ada.ID); return err },
		"SetPasswordHash": func(ctx context.Context) error { return w.SetPasswordHash(ctx, ada.ID, "x") },
		"Bot":             func(ctx context.Context) error { _, err := w.Bot(ctx, bot.ID); return err },
		"Token":           func(ctx context.Context) error { _, err := w.Token(ctx, TokenHash{7}); return err },
		"RevokeToken":     func(ctx context.Context) error { return w.RevokeToken(ctx, TokenHash{7}) },
		"Channel":         func(ctx context.Context) error { _, err := w.Channel(ctx, c.ID); return err },
		"ChannelByName":   func(ctx context.Context) error { _, err := w.ChannelByName(ctx, "dev"); return err },
		"Rename":          func(ctx context.Context) error { _, err := w.Rename(ctx, c.ID, me, "x"); return err },
		"SetTopic":        func(ctx context.Context) error { _, err := w.SetTopic(ctx, c.ID, me, "x"); return err },
		"SetPurpose":      func(ctx context.Context) error { _, err := w.SetPurpose(ctx, c.ID, me, "x"); return err },
		"Archive":         func(ctx context.Context) error { return w.Archive(ctx, c.ID, ada.ID) },
		"Unarchive":       func(ctx context.Context) error { return w.Unarchive(ctx, c.ID, ada.ID) },
		"Join":            func(ctx context.Context) error { _, err := w.Join(ctx, c.ID, me, ""); return err },
		"Join of theirs":  func(ctx context.Context) error { _, err := w.Join(ctx, own.ID, ada.ID, ""); return err },
		"Leave":           func(ctx context.Context) error { return w.Leave(ctx, c.ID, ada.ID, ada.ID) },
		"Members":         func(ctx context.Context) error { _, err := w.Members(ctx, c.ID, "", 0); return err },
		"Memberships":     func(ctx context.Context) error { _, err := w.Memberships(ctx, ada.ID); return err },
		"OpenDM":          func(ctx context.Context) error { _, _, err := w.OpenDM(ctx, []chat.UserID{me, ada.ID}); return err },
		"CloseDM":         func(ctx context.Context) error { return w.CloseDM(ctx, ada.ID, dm.ID) },
		"ReopenDM":        func(ctx context.Context) error { return w.ReopenDM(ctx, ada.ID, dm.ID) },
		"DMOpen":          func(ctx context.Context) error { _, err := w.DMOpen(ctx, ada.ID, dm.ID); return err },
		"Mark":            func(ctx context.Context) error { return w.Mark(ctx, ada.ID, c.ID, p.Message.TS) },
		"SetPref":         func(ctx context.Context) error { return w.SetPref(ctx, ada.ID, "theme", []byte(`2`)) },
		"CreateChannel": func(ctx context.Context) error {
			_, err := w.CreateChannel(ctx, NewChannel{Name: "x", Creator: me, Members: []chat.UserID{ada.ID}})
			return err
		},
		"Convert": func(ctx context.Context) error {
			_, err := w.Convert(ctx, c.ID, Actor{User: ada.ID}, chat.PrivateChannel)
			return err
		},
	} {
		if err := call(t.Context()); chat.CodeOf(err) != chat.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	nothing(t, w, ada.ID, c.ID)
	after := len(theirs.events(theirs.id.Directory())) + len(theirs.events(theirs.id.Channel(c.ID))) + len(theirs.events(theirs.id.User(ada.ID)))
	if before != after {
		t.Errorf("the other workspace had %d events, has %d", before, after)
	}
	mine.check()
	theirs.check()
}

// nothing: the lists are empty.
func nothing(t *testing.T, w *Workspace, u chat.UserID, c chat.ChannelID) {
	t.Helper()
	if users, err := w.UsersByID(t.Context(), []chat.UserID{u}); err != nil || len(users) != 0 {
		t.Errorf("UsersByID: %v, %v", users, err)
	}
	if in, err := w.IsMember(t.Context(), c, u); err != nil || in {
		t.Errorf("IsMember: %v, %v", in, err)
	}
	if channels, err := w.Channels(t.Context(), ChannelQuery{MemberOf: u}); err != nil || len(channels) != 0 {
		t.Errorf("Channels: %v, %v", channels, err)
	}
	if prefs, err := w.Prefs(t.Context(), u); err != nil || len(prefs) != 0 {
		t.Errorf("Prefs: %v, %v", prefs, err)
	}
	if unread, err := w.Unread(t.Context(), u, []chat.ChannelID{c}); err != nil || len(unread) != 0 {
		t.Errorf("Unread: %v, %v", unread, err)
	}
}
