package store

import "context"

type marks struct{}

func newMarks() *marks { return &marks{} }

func (s *Store) runMarks(ctx context.Context) {}
