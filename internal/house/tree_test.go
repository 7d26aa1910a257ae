package house

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the repository, seen from this package's folder, where go test runs.
const root = "../.."

// file is one Go file of the repository.
type file struct {
	path string // from the root, with slashes
	dir  string // the package's folder, "." for the root
	text []byte
	ast  *ast.File
}

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// folders that hold no code of ours.
var skipped = map[string]bool{".git": true, "node_modules": true, "venv": true, "build": true, "testdata": true, "data": true, "dist": true}

var parsed []file

// goFiles parses, once, every Go file of the repository, whatever its build tags.
func goFiles(t *testing.T) []file {
	t.Helper()
	if parsed == nil {
		parsed = parseAll(t)
	}
	return parsed
}

func parseAll(t *testing.T) []file {
	t.Helper()
	var files []file
	set := token.NewFileSet()
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".go") {
			return
		}
		text := read(t, path)
		tree, err := parser.ParseFile(set, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{path, filepath.ToSlash(filepath.Dir(path)), text, tree})
	})
	if len(files) < 10 {
		t.Fatalf("only %d Go files under %s", len(files), root)
	}
	return files
}

// walk calls visit with the path from the root of each file.
func walk(t *testing.T, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped[d.Name()]:
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		path, err = filepath.Rel(root, path)
		if err == nil {
			visit(filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestFormatted(t *testing.T) {
	for _, f := range goFiles(t) {
		want, err := format.Source(f.text)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.text, want) {
			t.Errorf("%s is not gofmt's", f.path)
		}
	}
}

// TestEachPackageSaysWhatItIs wants a doc comment of a few lines: its purpose,
// its place in the flow, its goroutines and who owns them.
func TestEachPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.isTest() {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.ast.Doc != nil && len(f.ast.Doc.List) >= 3
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a package comment of three lines or more", dir)
		}
	}
}

// TestScriptsRun wants what is called by path to be executable.
func TestScriptsRun(t *testing.T) {
	walk(t, func(path string) {
		if dir := filepath.Dir(path); dir != "scripts" && dir != ".ci" {
			return
		}
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode()&0o111 == 0 {
			t.Errorf("%s is not executable", path)
		}
		if out, err := exec.Command("sh", "-n", filepath.Join(root, path)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	})
}
