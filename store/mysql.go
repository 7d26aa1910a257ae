package store

import (
	"context"
	"errors"
)

// mysqlNow is the primary's clock in milliseconds.
const mysqlNow = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"

func (s *Store) openMySQL(ctx context.Context) error { return errors.New("mysql: not yet") }
