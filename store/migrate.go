package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"
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

// migrateMySQL brings the schema up to date. MySQL commits each change of the
// schema by itself, so a step that was cut off is run again from its beginning;
// a lock keeps two processes apart.
func migrateMySQL(ctx context.Context, p *primary) error {
	steps, err := mysqlDialect.migrations()
	if err != nil {
		return err
	}
	db := p.open(1, func(cfg *mysql.Config) { cfg.ReadTimeout = migrateTimeout })
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("mysql: %w", err)
	}
	defer conn.Close()
	version, err := lockMySQLSchema(ctx, conn)
	if err != nil {
		return fmt.Errorf("mysql schema: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK("+schemaLock+")")
	if err := checkVersion(version, len(steps)); err != nil {
		return err
	}
	for _, m := range steps[version:] {
		if err := m.runMySQL(ctx, conn); err != nil {
			return fmt.Errorf("mysql schema version %d: %w", m.version, err)
		}
	}
	return nil
}

var errSchemaBusy = errors.New("another process is changing it")

// schemaLock names the lock, of this database alone: locks are their server's, and
// their names short.
const schemaLock = "CONCAT('taut_', SHA2(DATABASE(), 224))"

// lockMySQLSchema takes the lock and tells the version.
func lockMySQLSchema(ctx context.Context, conn *sql.Conn) (version int, err error) {
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK("+schemaLock+", 8)").Scan(&got); err != nil {
		return 0, err
	}
	if got.Int64 != 1 {
		return 0, errSchemaBusy
	}
	if _, err := conn.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL PRIMARY KEY)"); err != nil {
		return 0, err
	}
	err = conn.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&version)
	return version, err
}

func (m migration) runMySQL(ctx context.Context, conn *sql.Conn) error {
	for _, statement := range m.statements {
		_, err := conn.ExecContext(ctx, statement)
		if err != nil && mysqlError(err) != mysqlSameIndex && mysqlError(err) != mysqlSameColumn {
			return err
		}
	}
	_, err := conn.ExecContext(ctx, "INSERT INTO schema_version (version) VALUES (?)", m.version)
	return err
}
