package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"taut/internal/wholefile"
)

// What a data folder holds besides the database: FilesFolder is what people
// uploaded; searchFile is made from the log, and anew where it is missing.
const (
	FilesFolder = "files"
	searchFile  = "search.db"
)

// dataFiles are what a restore moves: the database with what SQLite keeps beside
// it (the last commits of one that was not closed are in its WAL), and the rest. The
// database is the last to come: a folder without it is refused by checkRestored.
var dataFiles = []string{
	databaseFile, databaseFile + "-wal", databaseFile + "-shm",
	searchFile, searchFile + "-wal", searchFile + "-shm", FilesFolder,
}

// UnpackFolder copies a database file, or a data folder that nobody has open.
func UnpackFolder(from string) Unpack {
	return func(_ context.Context, staged string) error {
		info, err := os.Stat(from)
		if err != nil {
			return err
		}
		database := from
		if info.IsDir() {
			database = DatabaseFile(from)
		}
		err = copyFile(DatabaseFile(staged), database)
		if err == nil {
			err = unlessAbsent(copyFile(DatabaseFile(staged)+"-wal", database+"-wal"))
		}
		if err == nil && info.IsDir() {
			err = copyFolder(filepath.Join(staged, FilesFolder), filepath.Join(from, FilesFolder))
		}
		if err != nil {
			return fmt.Errorf("copy the copy: %w", err)
		}
		return nil
	}
}

// copyFolder copies a folder's files; none is none.
func copyFolder(to, from string) error { return eachFile(to, from, copyFile) }

// eachFile makes from's folders below to, and does what is to be done with each
// file and its place there. Where from isn't there is nothing to do.
func eachFile(to, from string, do func(to, from string) error) error {
	if _, err := os.Stat(from); err != nil {
		return unlessAbsent(err)
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		return do(filepath.Join(to, name), path)
	})
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

// swap puts what is staged in the place of the present data, and tells where that
// is kept; "" where there was none. A copy without files leaves those that are there:
// they are never changed, and the copy's messages may name them.
func swap(data, staged string) (kept string, err error) {
	names := slices.Clone(dataFiles)
	if _, err := os.Stat(filepath.Join(staged, FilesFolder)); err != nil {
		names = slices.DeleteFunc(names, func(name string) bool { return name == FilesFolder })
	}
	kept = filepath.Join(data, "before-restore-"+time.Now().UTC().Format("20060102T150405.000"))
	if err := os.Mkdir(kept, 0o700); err != nil {
		return "", err
	}
	if err := moveData(kept, data, names, "away"); err != nil {
		return "", fmt.Errorf("move the present data away: %w", err)
	}
	if os.Remove(kept) == nil { // it is empty
		kept = ""
	}
	if err := wholefile.SyncFolder(data); err != nil {
		return kept, err
	}
	slices.Reverse(names)
	if err := moveData(data, staged, names, "in"); err != nil {
		return "", fmt.Errorf("move the copy in (the data of before is in %s): %w", kept, err)
	}
	return kept, wholefile.SyncFolder(data)
}

// moveData moves what there is of the names, in their order; step is what it is a
// step of.
func moveData(to, from string, names []string, step string) error {
	for _, name := range names {
		err := unlessAbsent(os.Rename(filepath.Join(from, name), filepath.Join(to, name)))
		if err != nil {
			return err
		}
		restoreStep(step + " " + name)
	}
	return nil
}

func unlessAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// mergeFiles adds a copy's files to those that are there, one by one: a file is
// never changed, so that it doesn't matter where it is cut off.
func mergeFiles(to, from string) error {
	return eachFile(to, from, func(to, from string) error { return os.Rename(from, to) })
}
