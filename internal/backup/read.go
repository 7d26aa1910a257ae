package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"taut/store"
)

// Is tells whether the path is a backup of this package's, whole or not; what is
// none may be a copied data folder, or a database file.
func Is(path string) bool {
	if isTar(path) || strings.HasSuffix(strings.TrimSuffix(filepath.Clean(path), "/"), partialEnd) {
		return true
	}
	for _, name := range []string{manifestFile, incompleteFile, checksumsFile} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return true
		}
	}
	return false
}

// Verify reads all of a backup and holds it against its checksums.
func Verify(ctx context.Context, path string) (Manifest, error) {
	r := reading{ctx: ctx}
	m, err := r.run(path)
	if err != nil || m.Engine != "sqlite" || isTar(path) {
		return m, err
	}
	if _, err := store.ReadSnapshot(ctx, filepath.Join(path, databaseFile)); err != nil {
		return m, err
	}
	return m, nil
}

// Unpack is store.Restore's, of a backup. It holds each file against its checksum
// while it copies; the database comes in it where the engine is SQLite.
func Unpack(path, engine string) store.Unpack {
	return func(ctx context.Context, staged string) error {
		r := reading{ctx: ctx, to: staged}
		m, err := r.run(path)
		if err != nil {
			return err
		}
		if m.Engine != engine {
			return fmt.Errorf("the backup is of a server on %s, this one is on %s", m.Engine, engine)
		}
		for _, name := range []string{manifestFile, checksumsFile} {
			if err := os.Remove(filepath.Join(staged, name)); err != nil {
				return err
			}
		}
		return nil
	}
}

// reading is one pass over a backup's files.
type reading struct {
	ctx context.Context
	to  string // where to copy them; "": nowhere
	// found are the checksums of what is there; the list and the manifest are
	// kept as they are.
	found               sums
	checksums, manifest []byte
	bytes               int64
}

// maxOwn bounds what of the manifest and the list is taken into memory.
const maxOwn = 1 << 30

func (r *reading) run(path string) (Manifest, error) {
	r.found = sums{}
	each := r.folder
	if isTar(path) {
		each = r.tar
	}
	if err := each(path); err != nil {
		return Manifest{}, err
	}
	if r.manifest == nil {
		return Manifest{}, errPartial
	}
	m, err := parseManifest(r.manifest)
	if err != nil {
		return m, err
	}
	return m, r.compare(m)
}

// compare holds what was found against what the manifest says.
func (r *reading) compare(m Manifest) error {
	own := sha256.Sum256(r.checksums)
	if hex.EncodeToString(own[:]) != m.Checksums {
		return fmt.Errorf("the backup is damaged: %s is not what the manifest says", checksumsFile)
	}
	wanted, err := parseSums(bytes.NewReader(r.checksums))
	if err != nil {
		return err
	}
	if len(wanted) != m.Files {
		return fmt.Errorf("the backup is damaged: %s lists %d files, the manifest %d", checksumsFile, len(wanted), m.Files)
	}
	for name, sum := range wanted {
		switch r.found[name] {
		case sum:
		case "":
			return fmt.Errorf("the backup is damaged: %s is missing", name)
		default:
			return fmt.Errorf("the backup is damaged: %s has another checksum", name)
		}
	}
	for name := range r.found {
		if wanted[name] == "" {
			return fmt.Errorf("the backup has %s, which it doesn't list", name)
		}
	}
	return nil
}

func (r *reading) folder(root string) error {
	if strings.HasSuffix(filepath.Clean(root), partialEnd) {
		return errPartial
	}
	if _, err := os.Stat(filepath.Join(root, incompleteFile)); err == nil {
		return errPartial
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return r.take(filepath.ToSlash(name), f)
	})
}

func (r *reading) tar(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = f
	if isGzip(path) {
		if in, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for archive := tar.NewReader(in); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = r.take(h.Name, archive)
		}
		if err != nil {
			return fmt.Errorf("the backup cannot be read: %w", err)
		}
	}
}

// take reads one file, and copies it where it is to be copied.
func (r *reading) take(name string, in io.Reader) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if !safe(name) {
		return fmt.Errorf("%q is no name of a backup's file", name)
	}
	sum := sha256.New()
	var own bytes.Buffer
	outs := []io.Writer{sum}
	isOwn := name == manifestFile || name == checksumsFile
	if isOwn {
		outs, in = append(outs, &own), io.LimitReader(in, maxOwn)
	}
	var out io.WriteCloser = unclosed{io.Discard}
	if r.to != "" {
		var err error
		if out, err = create(filepath.Join(r.to, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	n, err := io.Copy(io.MultiWriter(append(outs, out)...), in)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	switch name {
	case manifestFile:
		r.manifest = own.Bytes()
	case checksumsFile:
		r.checksums = own.Bytes()
	default:
		r.found[name] = hex.EncodeToString(sum.Sum(nil))
		r.bytes += n
	}
	return nil
}

func create(path string) (io.WriteCloser, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	return synced{f}, err
}

// safe tells whether a name stays inside the folder that it is unpacked to, and is
// one that a backup has.
func safe(name string) bool {
	switch name {
	case manifestFile, checksumsFile, databaseFile:
		return true
	}
	return filepath.IsLocal(filepath.FromSlash(name)) && strings.HasPrefix(name, store.FilesFolder+"/")
}
