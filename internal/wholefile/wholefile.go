// Package wholefile puts files into their places whole or not at all: whoever reads one,
// also after a crash of the machine on any line here, finds what was there before or
// what was written, never a part of it, and what was written once the writer was told
// so. It has no goroutines.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write replaces a file, or makes it, with exactly this mode. Several may at a time: one
// of them wins. What fails leaves the file of before.
func Write(path string, text []byte, mode fs.FileMode) error {
	// Of a name of its own, beside its place: a rename is whole within a file system.
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = Place(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// Place moves what is written and on the disk, a file or a folder, to where it belongs
// on the same file system.
func Place(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(to))
}

// SyncFolder lets what was made, moved and removed in a folder be so after a crash too.
func SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
