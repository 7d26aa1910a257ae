package store

import "context"

// Secret is a random 32-byte secret, made when it is first asked for and the
// same ever after, for all processes on this database.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) { return nil, errStub }
