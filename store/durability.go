package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"taut/chat"
)

// Health is what can be seen of a database from outside, for taut doctor.
type Health struct {
	Engine  string
	Version string // of the engine
	Schema  int
	// Journal is SQLite's journal mode, which has to be "wal".
	Journal string
	// Servers are those of MySQL or MariaDB, in the order of the settings.
	Servers []Server
	Now     time.Time // the clock that the log goes by, on MySQL its server's
	Newest  time.Time // when the newest event was committed
	// Damage is what is wrong in the file, as SQLite finds it; "": nothing.
	Damage    string
	Unchecked bool // the time was over before all of the file was read
}

// Examine looks at the database, beside a server or without one, and changes
// nothing. Reading all of the file takes at most so long.
func Examine(ctx context.Context, o Options, most time.Duration) (Health, error) {
	if o.MySQL != "" {
		return examineMySQL(ctx, o.MySQL)
	}
	db, err := openSQLiteDB(filepath.Join(o.Data, databaseFile), 1, "query_only(1)")
	if err != nil {
		return Health{}, err
	}
	defer db.Close()
	h := Health{Engine: sqliteDialect.name, Now: time.Now()}
	err = db.QueryRowContext(ctx, "SELECT sqlite_version(), (SELECT user_version FROM pragma_user_version), (SELECT journal_mode FROM pragma_journal_mode)").
		Scan(&h.Version, &h.Schema, &h.Journal)
	if err != nil {
		return h, fmt.Errorf("the database cannot be read: %w", err)
	}
	if h.Newest, err = newestEvent(ctx, db); err != nil {
		return h, err
	}
	checking, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err = db.QueryRowContext(checking, "PRAGMA quick_check(1)").Scan(&h.Damage)
	if checking.Err() != nil {
		h.Unchecked, err = true, nil
	}
	if h.Damage == "ok" {
		h.Damage = ""
	}
	return h, err
}

func newestEvent(ctx context.Context, db *sql.DB) (time.Time, error) {
	var ms int64
	err := db.QueryRowContext(ctx, "SELECT committed_ms FROM events ORDER BY position DESC LIMIT 1").Scan(&ms)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("newest event: %w", err)
	}
	return time.UnixMilli(ms).UTC(), nil
}

// KeptFile is a file whose bytes have to be there.
type KeptFile struct {
	Workspace chat.WorkspaceID
	ID        chat.FileID
}

// KeptFiles lists files, of all workspaces, whose bytes have to be there: the
// newest, at most so many.
func KeptFiles(ctx context.Context, o Options, most int) ([]KeptFile, error) {
	db, done, err := openToRead(o)
	if err != nil {
		return nil, err
	}
	defer done()
	rows, err := db.QueryContext(ctx, "SELECT workspace_id, file_id FROM files WHERE state = ? ORDER BY created_ms DESC LIMIT ?", int64(chat.FileReady), most)
	return collect(rows, err, func(r scanner) (f KeptFile, err error) { return f, r.Scan(&f.Workspace, &f.ID) })
}
