package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// databaseFile is the database's name in the data folder.
const databaseFile = "taut.db"

// readConns bounds the connections that read at once.
const readConns = 8

// openSQLite locks the folder, migrates and starts the committer.
func (s *Store) openSQLite(ctx context.Context) (err error) {
	s.dialect = sqliteDialect
	if s.lock, err = lockFolder(s.options.Data); err != nil {
		return err
	}
	if err := checkRestored(s.options.Data); err != nil {
		return err
	}
	path := filepath.Join(s.options.Data, databaseFile)
	// Made here so that its mode is ours; the write-ahead log takes it over.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	f.Close()
	// A cache of 8 MiB: each commit walks its whole table, and the system's own
	// cache is behind it. No commit folds the log into the database: see checkpointer.
	if s.writer, err = openSQLiteDB(path, 1, "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(0)", "cache_size(-8192)", "secure_delete(1)"); err != nil {
		return err
	}
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open %s: the database cannot be read, restore a backup: %w", path, err)
	}
	if err := migrateSQLite(ctx, conn); err != nil {
		conn.Close()
		return fmt.Errorf("open %s: %w", path, err)
	}
	if err := planSQLite(ctx, conn); err != nil {
		conn.Close()
		return fmt.Errorf("open %s: statistics of its indexes: %w", path, err)
	}
	// Each reader has a small page cache of its own: the operating system has the
	// pages too, and 512 KiB were as fast as 2 MiB.
	reading, err := openSQLiteDB(path, readConns, "query_only(1)", "cache_size(-512)")
	if err != nil {
		conn.Close()
		return err
	}
	s.db = newReader(reading, newReadGate(readConns, s.options.Metrics), true)
	s.scrubber = newScrubber()
	s.checkpointer = newCheckpointer(s.log, s.metrics)
	s.committers = startSQLiteCommitter(s, &session{conn: conn, prepared: map[string]*sql.Stmt{}})
	return nil
}

func openSQLiteDB(path string, conns int, pragmas ...string) (*sql.DB, error) {
	var dsn strings.Builder
	dsn.WriteString("file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)")
	for _, p := range pragmas {
		dsn.WriteString("&_pragma=" + p)
	}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}
