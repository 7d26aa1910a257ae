package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"taut/internal/hold"
	"taut/store"
)

// sink is what a backup is written to.
type sink interface {
	// file adds a file of the size and gives what to write it to.
	file(name string, size int64) (io.WriteCloser, error)
	// commit makes the backup whole and durable; abandon removes it.
	commit() error
	abandon()
}

// Write makes a backup of the data at to: a folder that isn't there or is empty,
// or a file that isn't there, where to ends in .tar or .tar.gz. It runs beside a
// server that is in use. First the database, then the files, which are
// never changed: each that the copy names is there, but for what was deleted
// meanwhile.
func Write(ctx context.Context, o store.Options, to, version string) (Manifest, error) {
	out, err := open(to)
	if err != nil {
		return Manifest{}, err
	}
	w := writing{ctx: ctx, sink: out, list: sha256.New()}
	m, err := w.run(o, to, version)
	if err == nil {
		err = out.commit()
	}
	if err != nil {
		out.abandon()
		return Manifest{}, err
	}
	return m, nil
}

func open(to string) (sink, error) {
	if isTar(to) {
		return newTarSink(to)
	}
	return newFolderSink(to)
}

func isTar(path string) bool { return strings.HasSuffix(path, ".tar") || isGzip(path) }

func isGzip(path string) bool {
	return strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tgz")
}

// writing is one backup in the making.
type writing struct {
	ctx   context.Context
	sink  sink
	list  hash.Hash // of lines
	lines strings.Builder
	files int
	bytes int64
}

func (w *writing) run(o store.Options, to, version string) (Manifest, error) {
	// What the database's copy speaks of stays where it is until it is copied too.
	release, err := hold.Files(o.Data)
	if err != nil {
		return Manifest{}, err
	}
	defer release()
	snapshot, err := w.database(o, filepath.Clean(to)+".database"+partialEnd)
	if err != nil {
		return Manifest{}, err
	}
	if err := w.folder(o.Data, store.FilesFolder); err != nil {
		return Manifest{}, fmt.Errorf("copy the files: %w", err)
	}
	m := Manifest{
		Format: format, Created: time.Now().UTC(), Version: version, Engine: snapshot.Engine, Schema: snapshot.Schema,
		Incarnation: snapshot.Incarnation, Workspaces: snapshot.Workspaces, Newest: snapshot.Newest,
		Files: w.files, Bytes: w.bytes, Checksums: hex.EncodeToString(w.list.Sum(nil)),
	}
	if err := w.text(checksumsFile, []byte(w.lines.String())); err != nil {
		return m, err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, fmt.Errorf("encode the manifest: %w", err)
	}
	return m, w.text(manifestFile, append(text, '\n'))
}

// database copies it beside the backup first, as only SQLite makes a consistent
// copy; the data folder's disk may have no room for one.
func (w *writing) database(o store.Options, staged string) (store.Snapshot, error) {
	// Of a name of its own, so that what a killed one left goes with the next.
	if err := os.RemoveAll(staged); err != nil {
		return store.Snapshot{}, err
	}
	if err := os.Mkdir(staged, 0o700); err != nil {
		return store.Snapshot{}, err
	}
	defer os.RemoveAll(staged)
	copied := filepath.Join(staged, databaseFile)
	s, err := store.TakeSnapshot(w.ctx, o, copied)
	if err != nil || s.Engine != "sqlite" {
		return s, err
	}
	return s, w.add(databaseFile, copied)
}

// folder adds all regular files below data/name.
func (w *writing) folder(data, name string) error {
	root := filepath.Join(data, name)
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return unlessGone(err)
		}
		if d.IsDir() && d.Name() == unfinished && filepath.Dir(at) == root {
			return filepath.SkipDir
		}
		if err := w.ctx.Err(); err != nil || !d.Type().IsRegular() {
			return err
		}
		inside, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		return unlessGone(w.add(path.Join(name, filepath.ToSlash(inside)), at))
	})
}

// unfinished is the folder of what is being uploaded, which nothing names yet.
const unfinished = "tmp"

// unlessGone: what people delete while it is being copied is no error.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// add copies a file into the backup and notes its checksum.
func (w *writing) add(name, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := w.sink.file(name, info.Size())
	if err != nil {
		return hard(err)
	}
	sum := sha256.New()
	// A file that grew or shrank is no immutable one: a tar's header is wrong then.
	n, err := io.CopyN(io.MultiWriter(out, sum), in, info.Size())
	if err := errors.Join(err, out.Close()); err != nil {
		return hard(fmt.Errorf("copy %s: %w", name, err))
	}
	w.files++
	w.bytes += n
	line := sumLine(hex.EncodeToString(sum.Sum(nil)), name)
	w.lines.WriteString(line)
	io.WriteString(w.list, line)
	return nil
}

// text adds a file of the backup's own.
func (w *writing) text(name string, content []byte) error {
	out, err := w.sink.file(name, int64(len(content)))
	if err != nil {
		return err
	}
	_, err = out.Write(content)
	return errors.Join(err, out.Close())
}

// hard is an error of the backup's side, which no absence of a file excuses.
func hard(err error) error { return errors.New(err.Error()) }
