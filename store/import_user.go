package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"taut/chat"
)

// ImportedUser is a person or a bot's user with the id that they get.
type ImportedUser struct {
	chat.User
	Bot chat.Bot // with an id where the user is a bot's
}

// ImportedAs is what had to differ from the export, as somebody had it already.
type ImportedAs struct {
	Name  string
	Email string
	New   bool
}

// usersPerTurn is how many users one append brings.
const usersPerTurn = 100

// Users adds those who are not there yet, and tells the names and e-mail
// addresses that they got: a handle that is taken gets a number, an address that
// is taken is left out.
func (i *Import) Users(ctx context.Context, users []ImportedUser) ([]ImportedAs, error) {
	var all []ImportedAs
	for part := range slices.Chunk(users, usersPerTurn) {
		var as []ImportedAs
		err := i.directory(ctx, func(t *turn) (err error) {
			as, err = t.importUsers(part)
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, as...)
	}
	return all, nil
}

func (t *turn) importUsers(users []ImportedUser) ([]ImportedAs, error) {
	all := make([]ImportedAs, len(users))
	for n, u := range users {
		u.User.Workspace = t.head.stream.Workspace
		there, err := t.count("SELECT COUNT(*) FROM users WHERE workspace_id = ? AND user_id = ?", u.Workspace, u.ID)
		if err != nil {
			return nil, err
		}
		if there {
			continue
		}
		if err := t.uniqueUser(&u.User); err != nil {
			return nil, err
		}
		all[n] = ImportedAs{Name: u.Name, Email: u.Email, New: true}
		if err := t.listUser(u.User, ""); err != nil {
			return nil, err
		}
		if u.Bot.ID == "" {
			continue
		}
		u.Bot.Workspace, u.Bot.User = u.Workspace, u.ID
		if err := t.listBot(u.Bot, ""); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// uniqueUser changes what another user has already.
func (t *turn) uniqueUser(u *chat.User) error {
	if u.Email != "" {
		taken, err := t.count("SELECT COUNT(*) FROM users WHERE workspace_id = ? AND email_key = ?", u.Workspace, nameKey(u.Email))
		if err != nil {
			return err
		}
		if taken {
			u.Email = ""
		}
	}
	name := u.Name
	for n := 2; ; n++ {
		taken, err := t.count("SELECT COUNT(*) FROM users WHERE workspace_id = ? AND name_key = ?", u.Workspace, nameKey(u.Name))
		if err != nil || !taken {
			return err
		}
		u.Name = fmt.Sprintf("%s-%d", name, n)
		if n > 100 {
			u.Name = fmt.Sprintf("%s-%d", strings.ToLower(string(u.ID)), n)
		}
	}
}

// count tells whether there is one.
func (t *turn) count(query string, args ...any) (bool, error) {
	var n int
	err := t.queryRow(query, args...).Scan(&n)
	return n > 0, err
}
