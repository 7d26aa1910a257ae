package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Restore puts an older copy of a SQLite database in place, while no server
// runs, and gives the log a new incarnation, which it returns: readers that
// remember later events than the copy holds get a discontinuity instead of
// taking new events for old ones. from is a data folder or its database file;
// "": the data is in place already, as after a restore of MySQL by its own
// tools. The data that was there is kept in a folder beside it.
func Restore(ctx context.Context, o Options, from string) (incarnation string, err error) {
	if from == "" {
		return renew(ctx, o)
	}
	if o.MySQL != "" {
		return "", errors.New("a MySQL database is restored by its own tools")
	}
	lock, err := lockFolder(o.Data)
	if err != nil {
		return "", err
	}
	defer lock.release()
	staged, err := stage(o.Data, from)
	if err != nil {
		return "", fmt.Errorf("copy the copy: %w", err)
	}
	defer os.RemoveAll(staged)
	// The copy gets its new incarnation before it is in place: a crash between
	// the two leaves no old cursor believed.
	there := o
	there.Data = staged
	if incarnation, err = renew(ctx, there); err != nil {
		return "", fmt.Errorf("the copy: %w", err)
	}
	return incarnation, swap(o.Data, staged)
}

// renew gives a store that nobody else has open a new incarnation.
func renew(ctx context.Context, o Options) (string, error) {
	s, err := Open(ctx, o)
	if err != nil {
		return "", err
	}
	err = s.NewIncarnation(ctx)
	incarnation := s.Incarnation()
	return incarnation, errors.Join(err, s.Close())
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

// swap puts the staged database in the place of the present one.
func swap(data, staged string) error {
	kept := filepath.Join(data, "before-restore-"+time.Now().UTC().Format("20060102T150405.000"))
	if err := os.Mkdir(kept, 0o700); err != nil {
		return err
	}
	if err := moveDatabase(kept, data); err != nil {
		return fmt.Errorf("move the present data away: %w", err)
	}
	if err := moveDatabase(data, staged); err != nil {
		return fmt.Errorf("move the copy in (the data of before is in %s): %w", kept, err)
	}
	return syncFolder(data)
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
