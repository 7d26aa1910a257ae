package store

import (
	"context"
	"errors"
	"fmt"

	"taut/chat"
)

const incarnationMeta = "incarnation"

// Incarnation is the id of the log's history, as of Open.
func (s *Store) Incarnation() string { return *s.incarnation.Load() }

// NewIncarnation says that the log's history is another one, as after a restore:
// cursors of the old one get a discontinuity.
func (s *Store) NewIncarnation(ctx context.Context) error {
	id := chat.NewSecret(16)
	err := s.write(ctx, func(t *tx) error {
		_, err := t.exec(s.dialect.upsert("meta", "name", "value"), incarnationMeta, []byte(id))
		return err
	})
	if err == nil {
		s.incarnation.Store(&id)
	}
	return err
}

// readIncarnation reads the log's incarnation, making the first one.
func (s *Store) readIncarnation(ctx context.Context) error {
	var id []byte
	err := s.write(ctx, func(t *tx) error {
		_, err := t.exec(s.dialect.ignore+"meta (name, value) VALUES (?, ?)", incarnationMeta, []byte(chat.NewSecret(16)))
		return err
	})
	if err == nil {
		err = s.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", incarnationMeta).Scan(&id)
	}
	if err == nil && len(id) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return fmt.Errorf("incarnation: %w", err)
	}
	text := string(id)
	s.incarnation.Store(&text)
	return nil
}
