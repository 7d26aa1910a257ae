package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"taut/chat"
	"taut/internal/wholefile"
)

// disk keeps blobs in a folder.
type disk struct{ root string }

// tmpFolder holds what is being written.
const tmpFolder = "tmp"

// Folder is where the blobs of a data folder lie.
func Folder(data string) string { return filepath.Join(data, "files") }

// OpenDisk opens the blobs of a data folder, made if there are none.
func OpenDisk(data string) (Blobs, error) {
	d := &disk{root: Folder(data)}
	if err := d.makeFolder(tmpFolder); err != nil {
		return nil, fmt.Errorf("files folder: %w", err)
	}
	return d, nil
}

// makeFolder makes a folder below the root, durably.
func (d *disk) makeFolder(name string) error {
	path := d.root
	for _, part := range append([]string{""}, strings.Split(name, string(filepath.Separator))...) {
		parent := filepath.Dir(path)
		if part != "" {
			parent, path = path, filepath.Join(path, part)
		}
		err := os.Mkdir(path, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := wholefile.SyncFolder(parent); err != nil {
			return err
		}
	}
	return nil
}

// folder is an item's, below the root.
func folder(w chat.WorkspaceID, item string) string {
	return filepath.Join(string(w), item[len(item)-2:])
}

func (d *disk) path(k Key) string {
	name := k.Item
	if k.Form != "" {
		name += "." + k.Form
	}
	return filepath.Join(d.root, folder(k.Workspace, k.Item), name)
}

func (d *disk) Create(_ context.Context, k Key) (BlobWriter, error) {
	if !k.ok() {
		return nil, fmt.Errorf("key %q is none", k)
	}
	f, err := os.CreateTemp(filepath.Join(d.root, tmpFolder), k.Item+"-*")
	if err != nil {
		return nil, err
	}
	return &diskWriter{File: f, disk: d, key: k}, nil
}

type diskWriter struct {
	*os.File
	disk *disk
	key  Key
	done bool
}

func (w *diskWriter) Flush() error { return w.Sync() }

func (w *diskWriter) Commit() error {
	if err := w.Sync(); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := w.disk.makeFolder(folder(w.key.Workspace, w.key.Item)); err != nil {
		return err
	}
	err := wholefile.Place(w.Name(), w.disk.path(w.key))
	w.done = err == nil
	return err
}

func (w *diskWriter) Discard() {
	if !w.done {
		w.Close()
		os.Remove(w.Name())
	}
}

func (d *disk) Open(_ context.Context, k Key) (Blob, error) {
	if !k.ok() {
		return nil, errNoBlob
	}
	f, err := os.Open(d.path(k))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoBlob
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &diskBlob{f, info.Size()}, nil
}

type diskBlob struct {
	*os.File
	size int64
}

func (b *diskBlob) Size() int64 { return b.size }

func (d *disk) Remove(_ context.Context, w chat.WorkspaceID, item string) error {
	if !(Key{Workspace: w, Item: item}).ok() {
		return fmt.Errorf("item %q is none", item)
	}
	where := filepath.Join(d.root, folder(w, item))
	entries, err := os.ReadDir(where)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	removed := false
	for _, e := range entries {
		if name, _, _ := strings.Cut(e.Name(), "."); name != item {
			continue
		}
		if err := os.Remove(filepath.Join(where, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		removed = true
	}
	if !removed {
		return nil
	}
	return wholefile.SyncFolder(where)
}

func (d *disk) List(ctx context.Context) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if e.IsDir() {
				if path == filepath.Join(d.root, tmpFolder) {
					return fs.SkipDir
				}
				return nil
			}
			k, ok := d.keyOf(path)
			if ok && !yield(k, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Key{}, err)
		}
	}
}

// keyOf is false for what is no blob.
func (d *disk) keyOf(path string) (k Key, ok bool) {
	rest, err := filepath.Rel(d.root, path)
	if err != nil {
		return k, false
	}
	parts := strings.Split(rest, string(filepath.Separator))
	if len(parts) != 3 {
		return k, false
	}
	k.Workspace = chat.WorkspaceID(parts[0])
	k.Item, k.Form, _ = strings.Cut(parts[2], ".")
	return k, k.ok()
}

func (d *disk) Sweep(_ context.Context, before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(d.root, tmpFolder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.ModTime().After(before) {
			continue // gone meanwhile, or still written
		}
		if err := os.Remove(filepath.Join(d.root, tmpFolder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// copyTo writes a blob whole.
func copyTo(ctx context.Context, blobs Blobs, k Key, from io.Reader) error {
	w, err := blobs.Create(ctx, k)
	if err != nil {
		return err
	}
	defer w.Discard()
	if _, err := io.Copy(w, from); err != nil {
		return err
	}
	return w.Commit()
}
