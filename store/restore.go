package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"taut/chat"
)

// Restored is what a restore put in place.
type Restored struct {
	Incarnation string
	Workspaces  []chat.Workspace
	Newest      time.Time // when its newest event was committed
	Kept        string    // the folder with what was there before; "" where nothing was
}

// Restore puts an older copy of a SQLite database in place, while no server
// runs, and gives the log a new incarnation: readers that
// remember later events than the copy holds get a discontinuity instead of
// taking new events for old ones. from is a data folder or its database file.
// The data that was there is kept in a folder beside it.
func Restore(ctx context.Context, o Options, from string) (r Restored, err error) {
	if o.MySQL != "" {
		return r, errors.New("a MySQL database is restored by its own tools")
	}
	if err := restorable(o.Data); err != nil {
		return r, err
	}
	lock, err := lockFolder(o.Data)
	if err != nil {
		return r, err
	}
	defer lock.release()
	staged, err := stage(o.Data, from)
	if err != nil {
		return r, fmt.Errorf("copy the copy: %w", err)
	}
	defer os.RemoveAll(staged)
	if err := inspect(ctx, filepath.Join(staged, databaseFile)); err != nil {
		return r, fmt.Errorf("%s: %w", from, err)
	}
	// The copy gets its new incarnation before it is in place: a crash between
	// the two leaves no old cursor believed.
	there := o
	there.Data = staged
	if r, err = Renew(ctx, there); err != nil {
		return r, fmt.Errorf("%s: %w", from, err)
	}
	r.Kept, err = swap(o.Data, staged)
	return r, err
}

// Renew gives the log of a store that nobody else has open a new incarnation: its
// data was put back by other means, as by MySQL's own tools.
func Renew(ctx context.Context, o Options) (r Restored, err error) {
	s, err := Open(ctx, o)
	if err != nil {
		return r, err
	}
	r, err = s.renewed(ctx)
	return r, errors.Join(err, s.Close())
}

func (s *Store) renewed(ctx context.Context) (r Restored, err error) {
	if r.Workspaces, err = s.Workspaces(ctx); err != nil {
		return r, err
	}
	var ms int64
	err = s.db.QueryRowContext(ctx, "SELECT committed_ms FROM events ORDER BY position DESC LIMIT 1").Scan(&ms)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("newest event: %w", err)
	}
	r.Newest = time.UnixMilli(ms).UTC()
	err = s.NewIncarnation(ctx)
	r.Incarnation = s.Incarnation()
	return r, err
}

// Present tells whether there is something to work on: for SQLite, the database
// in the folder. What a MySQL holds shows when it is opened.
func Present(o Options) (bool, error) {
	if o.MySQL != "" {
		return true, nil
	}
	_, err := os.Stat(filepath.Join(o.Data, databaseFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// restorable refuses folders that are not meant: a copy goes into one with
// data, or into an empty one.
func restorable(data string) error {
	entries, err := os.ReadDir(data)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s; to restore into a new one, make it first", data)
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	ours := func(e fs.DirEntry) bool { return e.Name() == databaseFile || e.Name() == "lock" }
	if len(entries) > 0 && !slices.ContainsFunc(entries, ours) {
		return fmt.Errorf("no Taut data in %s, and it is not empty", data)
	}
	return nil
}

// inspect refuses a file that is not Taut's, or not whole.
func inspect(ctx context.Context, path string) error {
	db, err := openSQLiteDB(path, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	var version, tables int
	err = db.QueryRowContext(ctx, "SELECT (SELECT user_version FROM pragma_user_version), (SELECT COUNT(*) FROM sqlite_schema"+
		" WHERE type = 'table' AND name IN ('meta', 'heads', 'events', 'workspaces', 'users'))").Scan(&version, &tables)
	if err != nil {
		return fmt.Errorf("not a readable SQLite database: %w", err)
	}
	if version == 0 || tables != 5 {
		return errors.New("not a database of Taut's")
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("the database is damaged: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the database is damaged: %s", verdict)
	}
	var workspaces int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM workspaces").Scan(&workspaces); err != nil {
		return fmt.Errorf("count the workspaces: %w", err)
	}
	if workspaces == 0 {
		return errors.New("the database has no workspace")
	}
	return nil
}

// databaseFiles are the database and what SQLite keeps beside it: the last
// commits of one that was not closed are in its WAL.
var databaseFiles = []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm"}

// stage copies the copy into a folder of its own under data.
func stage(data, from string) (staged string, err error) {
	info, err := os.Stat(from)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		from = filepath.Join(from, databaseFile)
	}
	if staged, err = os.MkdirTemp(data, "restoring-"); err != nil {
		return "", err
	}
	err = errors.Join(
		copyFile(filepath.Join(staged, databaseFile), from),
		unlessAbsent(copyFile(filepath.Join(staged, databaseFile+"-wal"), from+"-wal")),
	)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(staged))
	}
	return staged, nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// swap puts the staged database in the place of the present one, and tells where
// that is kept; "" where there was none.
func swap(data, staged string) (kept string, err error) {
	kept = filepath.Join(data, "before-restore-"+time.Now().UTC().Format("20060102T150405.000"))
	if err := os.Mkdir(kept, 0o700); err != nil {
		return "", err
	}
	if err := moveDatabase(kept, data); err != nil {
		return "", fmt.Errorf("move the present data away: %w", err)
	}
	if os.Remove(kept) == nil { // it is empty
		kept = ""
	}
	if err := moveDatabase(data, staged); err != nil {
		return "", fmt.Errorf("move the copy in (the data of before is in %s): %w", kept, err)
	}
	return kept, syncFolder(data)
}

// moveDatabase moves what there is of a database's files.
func moveDatabase(to, from string) error {
	for _, name := range databaseFiles {
		err := unlessAbsent(os.Rename(filepath.Join(from, name), filepath.Join(to, name)))
		if err != nil {
			return err
		}
	}
	return nil
}

func unlessAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
