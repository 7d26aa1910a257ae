package backup

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"taut/internal/wholefile"
)

// partialEnd is the end of the name of a backup that is being written.
const partialEnd = ".partial"

// folderSink writes a folder beside the one that it is to be, and renames it when
// all of it is on the disk.
type folderSink struct {
	to, partial string
	folders     map[string]bool // made, to be synced
}

func newFolderSink(to string) (*folderSink, error) {
	to = filepath.Clean(to)
	entries, err := os.ReadDir(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("%s is there already, and not empty", to)
	}
	f := &folderSink{to: to, partial: to + partialEnd, folders: map[string]bool{}}
	if err := os.RemoveAll(f.partial); err != nil { // one that was cut off
		return nil, err
	}
	if err := os.MkdirAll(f.partial, 0o700); err != nil {
		return nil, err
	}
	f.folders[f.partial] = true
	return f, os.WriteFile(filepath.Join(f.partial, incompleteFile), nil, 0o600)
}

func (f *folderSink) file(name string, _ int64) (io.WriteCloser, error) {
	path := filepath.Join(f.partial, filepath.FromSlash(name))
	dir := filepath.Dir(path)
	for d := dir; !f.folders[d]; d = filepath.Dir(d) {
		f.folders[d] = true
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	return synced{out}, err
}

func (f *folderSink) commit() error {
	if err := os.Remove(filepath.Join(f.partial, incompleteFile)); err != nil {
		return err
	}
	for d := range f.folders {
		if err := wholefile.SyncFolder(d); err != nil {
			return err
		}
	}
	return wholefile.Place(f.partial, f.to)
}

func (f *folderSink) abandon() { os.RemoveAll(f.partial) }

// synced is a file that is on the disk when it is closed.
type synced struct{ *os.File }

func (s synced) Close() error { return errors.Join(s.Sync(), s.File.Close()) }

// tarSink writes a tar file, compressed or not, under another name until it is
// whole.
type tarSink struct {
	to  string
	raw synced
	zip *gzip.Writer // nil: not compressed
	tar *tar.Writer
}

func newTarSink(to string) (*tarSink, error) {
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("%s is there already", to), err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return nil, err
	}
	raw, err := os.OpenFile(to+partialEnd, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	t := &tarSink{to: to, raw: synced{raw}}
	if isGzip(to) {
		t.zip = gzip.NewWriter(raw)
		t.tar = tar.NewWriter(t.zip)
	} else {
		t.tar = tar.NewWriter(raw)
	}
	return t, nil
}

func (t *tarSink) file(name string, size int64) (io.WriteCloser, error) {
	h := &tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: time.Now()}
	return unclosed{t.tar}, t.tar.WriteHeader(h)
}

type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func (t *tarSink) commit() error {
	err := t.tar.Close()
	if t.zip != nil {
		err = errors.Join(err, t.zip.Close())
	}
	if err = errors.Join(err, t.raw.Close()); err != nil {
		return err
	}
	return wholefile.Place(t.to+partialEnd, t.to)
}

func (t *tarSink) abandon() {
	t.raw.File.Close()
	os.Remove(t.to + partialEnd)
}
