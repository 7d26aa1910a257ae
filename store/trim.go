package store

import (
	"context"
	"time"
)

// Trim removes events that are not messages and are older than before, and
// tells how many.
func (s *Store) Trim(ctx context.Context, before time.Time) (int64, error) { panic("stub") }

func (s *Store) trimLoop() { <-s.life.Done() }
