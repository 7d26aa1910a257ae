package store

import (
	"context"
	"time"

	"taut/chat"
)

// PutSetupCode keeps the hash of a code with which one workspace can be made. One
// that the log prints at a start takes the place of the one that it printed before.
func (s *Store) PutSetupCode(ctx context.Context, hash TokenHash, printed bool, life time.Duration) error {
	return s.write(ctx, func(t *tx) error {
		now := chat.Now()
		if _, err := t.exec("DELETE FROM setup_codes WHERE expires_ms < ? OR printed = ? AND printed = ?", now.UnixMilli(), true, printed); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO setup_codes (code_hash, printed, expires_ms) VALUES (?, ?, ?)", hash[:], printed, now.Add(life).UnixMilli())
		return err
	})
}

// HasWorkspace tells whether there is any.
func (s *Store) HasWorkspace(ctx context.Context) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM workspaces LIMIT 1) one").Scan(&n)
	return n > 0, err
}

// SetupCode tells whether the code is good now. NotFound "code".
func (s *Store) SetupCode(ctx context.Context, hash TokenHash) error {
	return isSetupCode(s.db.QueryRowContext(ctx, selectSetupCode, hash[:], chat.Now().UnixMilli()))
}

const selectSetupCode = "SELECT printed FROM setup_codes WHERE code_hash = ? AND expires_ms > ?"

func isSetupCode(r scanner) error {
	var printed bool
	return absent(r.Scan(&printed), "code")
}

// useSetupCode uses a code up, in the transaction that makes the workspace. On
// MySQL the row is locked, so that of two processes the second one waits for the
// first and then finds it gone.
func (t *turn) useSetupCode(hash *TokenHash) error {
	if hash == nil {
		return nil
	}
	query := selectSetupCode
	if t.batch.store.dialect.mysql {
		query += " FOR UPDATE"
	}
	if err := isSetupCode(t.queryRow(query, hash[:], t.nowMS)); err != nil {
		return err
	}
	t.exec("DELETE FROM setup_codes WHERE code_hash = ?", hash[:])
	return nil
}
