package store

import (
	"context"

	"taut/chat"
)

// TokenHash is the SHA-256 of a token's text: the store never sees the text.
type TokenHash = [32]byte

// NewToken is a token to keep.
type NewToken struct {
	Hash   TokenHash
	Type   chat.TokenType
	User   chat.UserID
	Bot    chat.BotID
	App    chat.AppID
	Scopes []string
}

// Token is what is known of a token.
type Token struct {
	ID      string
	Type    chat.TokenType
	User    chat.UserID
	Bot     chat.BotID
	App     chat.AppID
	Scopes  []string
	Revoked bool
}

// CreateToken keeps a token; the id names it from now on. Exists "token".
func (w *Workspace) CreateToken(ctx context.Context, t NewToken) (id string, err error) {
	return "", errStub
}

// Token finds a token by its hash. NotFound "token".
func (w *Workspace) Token(ctx context.Context, hash TokenHash) (Token, error) {
	return Token{}, errStub
}

// RevokeToken ends a token for good; doing it twice is harmless. NotFound "token".
func (w *Workspace) RevokeToken(ctx context.Context, hash TokenHash) error { return errStub }
