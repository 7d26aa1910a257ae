package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrateSQLite brings the schema up to date: each step in a transaction with
// the version that it reaches.
func migrateSQLite(ctx context.Context, conn *sql.Conn) error {
	steps, err := sqliteDialect.migrations()
	if err != nil {
		return err
	}
	var version int
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("the database cannot be read, restore a backup: %w", err)
	}
	if err := checkVersion(version, len(steps)); err != nil {
		return err
	}
	for _, m := range steps[version:] {
		if err := m.runSQLite(ctx, conn); err != nil {
			return fmt.Errorf("schema version %d: %w", m.version, err)
		}
	}
	return nil
}

func checkVersion(version, newest int) error {
	if version > newest {
		return fmt.Errorf("the database has schema version %d, this program knows up to %d: use a newer program", version, newest)
	}
	return nil
}

func (m migration) runSQLite(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range m.statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", m.version)); err != nil {
		return err
	}
	return tx.Commit()
}
