package transfer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"taut/chat"
	"taut/store"
)

// mergeUsers finds those of the export who are in the workspace already: active
// people with the same e-mail address. In a workspace that an import makes there
// are none but its own.
func (i *running) mergeUsers(ctx context.Context) error {
	for _, u := range i.users {
		if i.ids[u.ID] != "" || u.Deleted || u.IsBot || u.Profile.Email == "" {
			continue
		}
		there, err := i.into.UserByEmail(ctx, u.Profile.Email)
		if chat.CodeOf(err) == chat.NotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("look for user %s: %w", u.ID, err)
		}
		if err := i.into.Assign(ctx, u.ID, string(there.ID)); err != nil {
			return fmt.Errorf("assign user %s: %w", u.ID, err)
		}
		i.ids[u.ID] = string(there.ID)
		i.report.Merged++
	}
	return nil
}

// bringUsers adds the users: the active ones first, as they get the handles and
// addresses that several have.
func (i *running) bringUsers(ctx context.Context) error {
	owner := i.owner()
	people := slices.Clone(i.users)
	slices.SortStableFunc(people, func(a, b *userRecord) int { return cmp.Compare(usefulness(a), usefulness(b)) })
	var users []store.ImportedUser
	for _, u := range people {
		users = append(users, i.importedUser(u, owner))
	}
	for _, b := range i.sortedBots() {
		if b.user == "" {
			users = append(users, i.botUser(b))
		}
	}
	for n := range users {
		i.clean(&users[n])
	}
	as, err := i.into.Users(ctx, users)
	if err != nil {
		return fmt.Errorf("add users: %w", err)
	}
	for n, got := range as {
		if got.New {
			i.noteUser(users[n], got)
		}
	}
	return nil
}

func (s *survey) sortedBots() []*botRecord {
	return slices.SortedFunc(maps.Values(s.bots), func(a, b *botRecord) int { return cmp.Compare(a.id, b.id) })
}

func (i *running) noteUser(u store.ImportedUser, got store.ImportedAs) {
	i.report.Users++
	if u.CreatedMS == 0 && u.Bot.ID == "" {
		i.report.Placeholders++
	}
	if u.Bot.ID != "" {
		i.report.Bots++
	}
	if got.Name != u.Name {
		i.report.note(OddName, string(u.ID), u.Name+" → "+got.Name)
	}
	if got.Email != u.Email {
		i.report.note(OddEmail, string(u.ID), "")
	}
}

func usefulness(u *userRecord) int {
	switch {
	case u.Updated == placeholder:
		return 2
	case u.Deleted:
		return 1
	}
	return 0
}

// owner is who becomes the primary owner of a workspace that the import makes.
func (i *running) owner() *userRecord {
	var best *userRecord
	for _, u := range i.users {
		if !u.Deleted && !u.IsBot && (best == nil || u.role().AtLeast(best.role()) && !best.role().AtLeast(u.role())) {
			best = u
		}
	}
	switch {
	case !i.report.Created:
	case best == nil:
		i.report.note(OddOwner, "users.json", "add one with taut user add --role owner")
	case best.role() != chat.PrimaryOwner:
		i.report.note(OddOwner, best.ID, "becomes the primary owner")
	}
	return best
}

func (i *running) importedUser(r *userRecord, owner *userRecord) store.ImportedUser {
	u := chat.User{
		ID:   chat.UserID(i.ids[r.ID]),
		Name: clip(cmp.Or(r.Name, strings.ToLower(r.ID)), 80), RealName: clip(cmp.Or(r.RealName, r.Profile.RealName), 200), DisplayName: clip(r.Profile.DisplayName, 80),
		Title: r.Profile.Title, Email: clip(r.Profile.Email, 254), StatusText: r.Profile.StatusText, StatusEmoji: r.Profile.StatusEmoji,
		TimeZone: clip(r.TZ, 64), Role: i.roleOf(r, owner), Deleted: r.Deleted,
		CreatedMS: int64(r.Updated) * 1000, UpdatedMS: int64(r.Updated) * 1000,
	}
	if r.Updated == placeholder {
		u.CreatedMS, u.UpdatedMS = 0, 0
	}
	imported := store.ImportedUser{User: u}
	if b := i.bots[string(r.Profile.BotID)]; b != nil && b.user == r.ID {
		imported.Bot = i.bot(b, u)
		imported.User.Bot, imported.User.App, imported.Email = imported.Bot.ID, imported.Bot.App, ""
	}
	return imported
}

// roleOf keeps roles where the import makes the workspace. In one that is in use
// an export makes nobody an administrator.
func (i *running) roleOf(r, owner *userRecord) chat.Role {
	role := r.role()
	switch {
	case !i.report.Created && role.AtLeast(chat.Admin):
		i.report.note(OddRole, r.ID, string(role))
		return chat.Member
	case i.report.Created && r == owner:
		return chat.PrimaryOwner
	case role == chat.PrimaryOwner:
		return chat.Owner
	}
	return role
}

func (i *running) bot(b *botRecord, u chat.User) chat.Bot {
	return chat.Bot{ID: chat.BotID(i.ids[b.id]), App: chat.AppID(i.ids[b.app]), Name: cmp.Or(b.name, u.RealName, u.Name), Deleted: u.Deleted, UpdatedMS: u.UpdatedMS}
}

// userKey is what a bot's user is reserved by that the export doesn't have.
func (b *botRecord) userKey() string { return "U/" + b.id }

// botUser is a user for a bot of which the export knows the id alone.
func (i *running) botUser(b *botRecord) store.ImportedUser {
	u := chat.User{ID: chat.UserID(i.ids[b.userKey()]), Name: handleOf(cmp.Or(b.name, b.id)), RealName: cmp.Or(b.name, b.id), Role: chat.Member}
	bot := i.bot(b, u)
	u.Bot, u.App = bot.ID, bot.App
	return store.ImportedUser{User: u, Bot: bot}
}

// handleOf makes a handle out of a name.
func handleOf(name string) string {
	handle := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' {
			return c
		}
		return '_'
	}, strings.ToLower(name))
	return clip(cmp.Or(strings.Trim(handle, "_.-"), "bot"), 80)
}

// clip shortens a text to so many bytes, between characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
