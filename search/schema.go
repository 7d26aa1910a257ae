package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// fileName is the index's name in the data folder.
const fileName = "search.db"

// schemaVersion grows with each change of the tables, of what is indexed or of
// what a word is: an index of another version is made anew.
const schemaVersion = "1"

// schema is the index's. A document is a message, or a file in a message. Its id
// tells its stream and its seq, so that those of a stream lie together and the
// index of words itself tells where a document is. The words are kept beside their
// index, which forgets a document only when it is told all of them.
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tenants (num INTEGER PRIMARY KEY, workspace TEXT NOT NULL UNIQUE);
CREATE TABLE streams (
	num INTEGER PRIMARY KEY, workspace TEXT NOT NULL, stream TEXT NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL, began INTEGER NOT NULL,
	UNIQUE (workspace, stream)
);
CREATE TABLE docs (id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, thread INTEGER NOT NULL, author INTEGER NOT NULL);
CREATE INDEX docs_thread ON docs (id >> 32, thread, author) WHERE thread <> 0;
CREATE TABLE bodies (id INTEGER PRIMARY KEY, words TEXT NOT NULL, tags BLOB NOT NULL);
CREATE TABLE files (id INTEGER PRIMARY KEY, file TEXT NOT NULL);
CREATE INDEX files_file ON files (file);
CREATE TABLE tag_names (num INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (tenant, name));
CREATE TABLE tags (tag INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tag, id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='ascii');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
`

// readers is enough for all searches that run at once: each reads a list, and
// looks up what it needs beside it.
const readers = 2 * maxRunning

const (
	seqBits  = 32 // of a message's id are its seq
	fileBits = 5  // of a file's id are its place in the message
	fileBit  = int64(1) << 62
	maxFiles = 1 << fileBits
)

// index is the open file.
type index struct {
	path   string
	write  *sql.DB // one connection, the follower's
	read   *sql.DB
	fresh  bool // it is to be filled
	reason string
	// position is that of the log up to which it is complete, as it was last kept; 0
	// where that is not known. The follower's.
	position int64
}

// openIndex opens the file, or makes it anew where it can't go on from it.
func openIndex(ctx context.Context, folder, incarnation string) (*index, error) {
	x := &index{path: filepath.Join(folder, fileName)}
	if err := x.connect(); err != nil {
		return nil, err
	}
	reason, err := x.unfit(ctx, incarnation)
	if err != nil {
		return nil, errors.Join(err, x.close())
	}
	if reason == "" {
		if x.position, err = x.kept(ctx); err != nil {
			return nil, errors.Join(err, x.close())
		}
		return x, nil
	}
	if err := errors.Join(x.close(), removeIndex(x.path)); err != nil {
		return nil, err
	}
	x.fresh, x.reason = true, reason
	if err := x.connect(); err != nil {
		return nil, err
	}
	if err := x.create(ctx, incarnation); err != nil {
		return nil, errors.Join(err, x.close())
	}
	return x, nil
}

// removeIndex removes the file and those that SQLite has beside it.
func removeIndex(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the search index: %w", err)
		}
	}
	return nil
}

// connect makes the file where there is none; it does not look into it.
func (x *index) connect() (err error) {
	f, err := os.OpenFile(x.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	f.Close()
	// What a power cut takes is read again from the log: nothing waits for a disk.
	x.write, err = connect(x.path, 1, "journal_mode(WAL)", "synchronous(NORMAL)", "secure_delete(1)", "cache_size(-16384)", "wal_autocheckpoint(4000)")
	if err != nil {
		return err
	}
	x.read, err = connect(x.path, readers, "query_only(1)", "cache_size(-4096)", "temp_store(2)")
	return err
}

func connect(path string, conns int, pragmas ...string) (*sql.DB, error) {
	var dsn strings.Builder
	dsn.WriteString("file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)")
	for _, p := range pragmas {
		dsn.WriteString("&_pragma=" + p)
	}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func (x *index) close() error {
	var err error
	for _, db := range []*sql.DB{x.read, x.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// unfit says why the index can't be used; "" where it can.
func (x *index) unfit(ctx context.Context, incarnation string) (string, error) {
	var tables int
	err := x.write.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&tables)
	if isDamage(err) {
		return "it is damaged", nil
	}
	if err != nil {
		return "", fmt.Errorf("open the search index: %w", err)
	}
	if tables == 0 {
		return "there is none", nil
	}
	for name, want := range map[string]string{"version": schemaVersion, "incarnation": incarnation} {
		var value string
		err := x.write.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(&value)
		if err != nil && ctx.Err() != nil {
			return "", err
		}
		if err != nil || value != want {
			return "it is of another " + name, nil
		}
	}
	return "", nil
}

// kept reads the position up to which the index is complete.
func (x *index) kept(ctx context.Context) (position int64, err error) {
	err = x.write.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'position'").Scan(&position)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return position, err
}

// keep writes it.
func (x *index) keep(ctx context.Context, position int64) error {
	if _, err := x.write.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES ('position', ?)", position); err != nil {
		return fmt.Errorf("keep the search index's position: %w", err)
	}
	x.position = position
	return nil
}

// create fills an empty file with tables, in one transaction: a file that has
// some has all.
func (x *index) create(ctx context.Context, incarnation string) error {
	tx, err := x.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("make the search index: %w", err)
	}
	defer tx.Rollback()
	for statement := range strings.SplitSeq(schema, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make the search index: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('version', ?), ('incarnation', ?)", schemaVersion, incarnation); err != nil {
		return fmt.Errorf("make the search index: %w", err)
	}
	return tx.Commit()
}

// SQLite's codes of a file that is broken or none of its own.
const (
	sqliteCorrupt  = 11
	sqliteNotADB   = 26
	sqliteCodeMask = 0xFF
)

// isDamage tells an error after which only a new index helps.
func isDamage(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	code := e.Code() & sqliteCodeMask
	return code == sqliteCorrupt || code == sqliteNotADB
}
