package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Snapshot is what is known of a copy of the database, read from the copy
// itself; on MySQL, where there is no copy, from the database.
type Snapshot struct {
	Engine      string // "sqlite" or "mysql"
	Schema      int
	Incarnation string
	Workspaces  []string // their domains
	Newest      time.Time
}

// TakeSnapshot writes a consistent copy of the SQLite database to path, which must
// not exist, while a server may be writing to it: the copy is made in one read
// transaction of a connection of its own, which holds up no writer. What was
// deleted is not in the copy, as it is written anew. On MySQL nothing is copied.
func TakeSnapshot(ctx context.Context, o Options, path string) (Snapshot, error) {
	if o.MySQL != "" {
		return snapshotMySQL(ctx, o)
	}
	db, err := openSQLiteDB(filepath.Join(o.Data, databaseFile), 1)
	if err != nil {
		return Snapshot{}, err
	}
	defer db.Close()
	// Made here so that its mode is ours; SQLite takes an empty file.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return Snapshot{}, err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return Snapshot{}, fmt.Errorf("copy the database: %w", err)
	}
	return ReadSnapshot(ctx, path)
}

// ReadSnapshot looks into a copy of a SQLite database. It refuses what is not
// Taut's, or not whole.
func ReadSnapshot(ctx context.Context, path string) (Snapshot, error) {
	if err := inspect(ctx, path); err != nil {
		return Snapshot{}, err
	}
	db, err := openSQLiteDB(path, 1)
	if err != nil {
		return Snapshot{}, err
	}
	defer db.Close()
	s := Snapshot{Engine: sqliteDialect.name}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&s.Schema); err != nil {
		return s, err
	}
	return s, s.read(ctx, db)
}

func snapshotMySQL(ctx context.Context, o Options) (Snapshot, error) {
	db, done, err := openToRead(o)
	if err != nil {
		return Snapshot{}, err
	}
	defer done()
	s := Snapshot{Engine: mysqlDialect.name}
	if err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&s.Schema); err != nil {
		return s, fmt.Errorf("mysql: %w", err)
	}
	return s, s.read(ctx, db)
}

// read fills what is read alike from every engine.
func (s *Snapshot) read(ctx context.Context, db *sql.DB) error {
	var incarnation []byte
	if err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", incarnationMeta).Scan(&incarnation); err != nil {
		return fmt.Errorf("incarnation: %w", err)
	}
	s.Incarnation = string(incarnation)
	rows, err := db.QueryContext(ctx, "SELECT domain FROM workspaces ORDER BY domain")
	s.Workspaces, err = collect(rows, err, func(row scanner) (domain string, err error) { return domain, row.Scan(&domain) })
	if err != nil {
		return fmt.Errorf("workspaces: %w", err)
	}
	s.Newest, err = newestEvent(ctx, db)
	return err
}

// NewestSchema is the version that this program brings a database to.
func NewestSchema() int {
	steps, err := sqliteDialect.migrations()
	if err != nil {
		return 0 // the program's own files; Open says what is wrong with them
	}
	return len(steps)
}

// DatabaseFile is where a data folder, or a backup, has its SQLite database.
func DatabaseFile(data string) string { return filepath.Join(data, databaseFile) }
