package wholefile

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// only says that a folder holds one file, with this text and mode.
func only(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != text {
		t.Errorf("it holds %q, %v; want %q", got, err, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != mode {
		t.Errorf("its mode is %v, %v; want %v", info.Mode(), err, mode)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside it: %v, %v", entries, err)
	}
}

// A file is made and replaced, with its mode whatever the one of before had.
func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "it")
	for _, step := range []struct {
		text string
		mode fs.FileMode
	}{{"one", 0o600}, {"", 0o644}, {"three, which is longer", 0o600}} {
		if err := Write(path, []byte(step.text), step.mode); err != nil {
			t.Fatal(err)
		}
		only(t, path, step.text, step.mode)
	}
}

// What can't be put into its place leaves nothing behind, and what was there as it was.
func TestWriteThatFails(t *testing.T) {
	folder := t.TempDir()
	if err := Write(filepath.Join(folder, "absent", "it"), nil, 0o600); err == nil {
		t.Error("a file was written into a folder that is not there")
	}
	taken := filepath.Join(folder, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(taken, []byte("text"), 0o600); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if _, err := os.Stat(filepath.Join(taken, "kept")); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// Of those that write at a time one wins, and who reads meanwhile finds a whole file.
func TestWritersAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "it")
	text := func(writer int) []byte { return bytes.Repeat([]byte{byte('a' + writer)}, 10_000) }
	if err := Write(path, text(0), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := func() error {
		got, err := os.ReadFile(path)
		if err == nil && (len(got) != 10_000 || !bytes.Equal(got, bytes.Repeat(got[:1], 10_000))) {
			err = fmt.Errorf("a torn file of %d bytes", len(got))
		}
		return err
	}
	var all sync.WaitGroup
	for writer := range 4 {
		all.Go(func() {
			for range 10 {
				if err := Write(path, text(writer), 0o600); err != nil {
					t.Error(err)
				}
				if err := whole(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// What was made beside its place, file or folder, is where it belongs, and there alone.
func TestPlace(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	if err := os.Mkdir(from, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Place(from, to); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(to); err != nil || !info.IsDir() {
		t.Errorf("%v, %v", info, err)
	}
	if err := Place(from, to); err == nil {
		t.Error("what is not there was moved")
	}
}
