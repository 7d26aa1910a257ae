package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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

// Unpack puts a copy of a data folder into the empty folder staged: the database,
// where it has one, and the folder with the files that people uploaded.
type Unpack func(ctx context.Context, staged string) error

// Restore puts an older copy of the data in place, while no server runs, and
// gives the log a new incarnation: readers that remember later events than the
// copy holds get a discontinuity instead of taking new events for old ones. What
// was due before is neither sent nor told again. The
// data that was there is kept in a folder beside it. Wherever it is cut off, the
// folder holds the old data, or the new, or is refused by Open, which says what to
// do. On MySQL the database was put back before, and the files follow.
func Restore(ctx context.Context, o Options, unpack Unpack) (r Restored, err error) {
	if err := restorable(o); err != nil {
		return r, err
	}
	lock, err := lockFolder(o.Data)
	if err != nil {
		return r, err
	}
	defer lock.release()
	staged, err := os.MkdirTemp(o.Data, "restoring-")
	if err != nil {
		return r, fmt.Errorf("data folder: %w", err)
	}
	defer os.RemoveAll(staged)
	if err := unpack(ctx, staged); err != nil {
		return r, err
	}
	restoreStep("unpacked")
	// The copy gets its new incarnation before it is in place: a crash between
	// the two leaves no old cursor believed.
	there := o
	there.Data = staged
	if o.MySQL == "" {
		if err := inspect(ctx, DatabaseFile(staged)); err != nil {
			return r, err
		}
	}
	if r, err = Renew(ctx, there); err != nil {
		return r, err
	}
	restoreStep("renewed")
	if o.MySQL != "" {
		return r, mergeFiles(filepath.Join(o.Data, FilesFolder), filepath.Join(staged, FilesFolder))
	}
	r.Kept, err = swap(o.Data, staged)
	return r, err
}

// restoreStep is where a test ends the process, between what a restore does.
var restoreStep = func(string) {}

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
	if err = s.holdMissed(ctx); err != nil {
		return r, err
	}
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
func restorable(o Options) error {
	data := o.Data
	entries, err := os.ReadDir(data)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s; to restore into a new one, make it first", data)
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	ours := func(e fs.DirEntry) bool { return e.Name() == databaseFile || e.Name() == "lock" }
	if o.MySQL == "" && len(entries) > 0 && !slices.ContainsFunc(entries, ours) {
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
