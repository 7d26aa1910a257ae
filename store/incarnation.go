package store

import "context"

// Incarnation is the id of the log's history.
func (s *Store) Incarnation() string { panic("stub") }

// NewIncarnation says that the log's history is another one, as after a restore:
// cursors of the old one get a discontinuity.
func (s *Store) NewIncarnation(ctx context.Context) error { panic("stub") }
