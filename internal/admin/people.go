package admin

import (
	"context"
	"fmt"

	"taut/chat"
	"taut/store"
)

// Account names a person or bot of a workspace by the handle.
type Account struct {
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
}

// SetActive asks to end an account, or to take that back.
type SetActive struct {
	Account
	Active bool `json:"active"`
}

// ListPeople asks for a page of a workspace's users, those after an id.
type ListPeople struct {
	Workspace string      `json:"workspace"`
	After     chat.UserID `json:"after"`
}

// PeoplePage is a page; Next is where the next one begins, "" after the last.
type PeoplePage struct {
	People []Person    `json:"people"`
	Next   chat.UserID `json:"next"`

	workspace chat.WorkspaceID
}

// Person is a user as the operator sees it.
type Person struct {
	WorkspaceID chat.WorkspaceID `json:"workspace_id"`
	UserID      chat.UserID      `json:"user_id"`
	Name        string           `json:"name"`
	Email       string           `json:"email"`
	Role        string           `json:"role"` // "bot" is a bot's
	Active      bool             `json:"active"`
}

// AccountToken is a token that was just made, shown once.
type AccountToken struct {
	WorkspaceID chat.WorkspaceID `json:"workspace_id"`
	UserID      chat.UserID      `json:"user_id"`
	Name        string           `json:"name"`
	Token       string           `json:"token"`
}

func (p PeoplePage) ids() []any   { return []any{"workspace", string(p.workspace)} }
func (p Person) ids() []any       { return logged(p.WorkspaceID, p.UserID) }
func (t AccountToken) ids() []any { return logged(t.WorkspaceID, t.UserID) }

// peoplePage is how many users an answer holds, well within maxBody.
const peoplePage = 50

// People lists a workspace's users, deactivated ones too.
func (l Local) People(ctx context.Context, n ListPeople) (PeoplePage, error) {
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return PeoplePage{}, err
	}
	users, err := l.Store.Workspace(w.ID).Users(ctx, n.After, peoplePage)
	if err != nil {
		return PeoplePage{}, fmt.Errorf("list the users: %w", err)
	}
	page := PeoplePage{People: []Person{}, workspace: w.ID}
	for _, u := range users {
		page.People = append(page.People, asPerson(u))
	}
	if len(users) == peoplePage {
		page.Next = users[len(users)-1].ID
	}
	return page, nil
}

func asPerson(u chat.User) Person {
	p := Person{WorkspaceID: u.Workspace, UserID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role), Active: !u.Deleted}
	if u.Bot != "" {
		p.Role = "bot"
	}
	return p
}

// SetActive deactivates a user, whose sockets close and whose tokens stop, or
// takes that back. What the user wrote stays, and so do the memberships. Tokens
// and sessions go for good, so they don't come back with the account; those that
// a deactivation, cut off, has left go before it is active again.
func (l Local) SetActive(ctx context.Context, n SetActive) (Person, error) {
	u, err := l.account(ctx, n.Account)
	if err != nil {
		return Person{}, err
	}
	if u.Role == chat.PrimaryOwner && !n.Active {
		return Person{}, plainly(chat.NewError(chat.Forbidden, "user"), "%s is the workspace's primary owner, who stays", u.Name)
	}
	w, action := l.Store.Workspace(u.Workspace), "user.deactivate"
	if n.Active {
		action = "user.reactivate"
	}
	if n.Active && u.Deleted {
		if err := endTokens(ctx, w, u); err != nil {
			return Person{}, err
		}
	}
	u, err = w.ChangeUser(ctx, store.UserChange{
		By: operator, Action: action, User: u.ID,
		Update: func(_, u *chat.User) error {
			u.Deleted = !n.Active
			return nil
		},
	})
	if err != nil {
		return Person{}, fmt.Errorf("change user %s: %w", n.Name, err)
	}
	if !n.Active {
		if err := endTokens(ctx, w, u); err != nil {
			return Person{}, err
		}
	}
	return asPerson(u), nil
}

func endTokens(ctx context.Context, w *store.Workspace, u chat.User) error {
	if _, err := w.Revoke(ctx, store.Revocation{User: u.ID}); err != nil {
		return fmt.Errorf("revoke tokens of %s: %w", u.Name, err)
	}
	return nil
}

// MakeToken makes a further token of a person or a bot.
func (l Local) MakeToken(ctx context.Context, n Account) (AccountToken, error) {
	u, err := l.account(ctx, n)
	if err != nil {
		return AccountToken{}, err
	}
	if u.Deleted {
		return AccountToken{}, plainly(chat.NewError(chat.Inactive, "user"), "%s is deactivated", u.Name)
	}
	t, err := l.tokenOf(ctx, u)
	if err != nil {
		return AccountToken{}, err
	}
	if _, err := l.Store.Workspace(u.Workspace).CreateTokenAs(ctx, operator, t.Row); err != nil {
		return AccountToken{}, fmt.Errorf("keep a token: %w", err)
	}
	return AccountToken{WorkspaceID: u.Workspace, UserID: u.ID, Name: u.Name, Token: t.Text}, nil
}

func (l Local) tokenOf(ctx context.Context, u chat.User) (Token, error) {
	if u.Bot == "" {
		return UserToken(u)
	}
	b, err := l.Store.Workspace(u.Workspace).Bot(ctx, u.Bot)
	if err != nil {
		return Token{}, fmt.Errorf("bot %s: %w", u.Name, err)
	}
	t, _, err := BotTokens(b)
	return t, err
}

// account finds a user by the handle.
func (l Local) account(ctx context.Context, n Account) (chat.User, error) {
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return chat.User{}, err
	}
	u, err := l.Store.Workspace(w.ID).UserByName(ctx, n.Name)
	if chat.CodeOf(err) == chat.NotFound {
		return u, plainly(err, "%s has nobody with the handle %s", w.Domain, n.Name)
	}
	return u, err
}
