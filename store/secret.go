package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"taut/chat"
)

// Secret is a random 32-byte secret, made when it is first asked for and the
// same ever after, for all processes on this database.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	text, err := s.readSecret(ctx, name)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.write(ctx, func(t *tx) error {
			_, err := t.exec(s.dialect.ignore+"meta (name, value) VALUES (?, ?)", secretName(name), []byte(chat.NewSecret(64)))
			return err
		})
		if err == nil { // another process may have been first
			text, err = s.readSecret(ctx, name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	return hex.DecodeString(text)
}

func secretName(name string) string { return "secret." + name }

func (s *Store) readSecret(ctx context.Context, name string) (text string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", secretName(name)).Scan(&text)
	return text, err
}
