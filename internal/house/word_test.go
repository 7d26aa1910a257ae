package house

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Words that must not stand in what is handed over. They are put together here,
// so that this file doesn't hold them itself.
var forbidden = []struct {
	word *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`), "finish it, or say in the docs what is not there"},
	{regexp.MustCompile(`\bt\.Skip(f|Now)?\(`), "a test that does not run proves nothing; use a build tag"},
	{regexp.MustCompile(`(^|[\s"'(=])/(work|farm)/`), "a path of one machine"},
	{regexp.MustCompile(`/tmp/(bash_jobs|taut)\b`), "a path of one machine"},
	{regexp.MustCompile(`(?i)\bissue #?\d`), "say why here; a number says it elsewhere"},
}

func TestForbiddenWords(t *testing.T) {
	walk(t, func(path string) {
		if !isText(path) || path == "internal/house/word_test.go" {
			return
		}
		for i, line := range strings.Split(string(read(t, path)), "\n") {
			for _, f := range forbidden {
				if f.word.MatchString(line) {
					t.Errorf("%s:%d: %s: %s", path, i+1, f.word.FindString(line), f.why)
				}
			}
		}
	})
}

// TestTestsDoNotSleep lets only those sleep for which time is synctest's.
func TestTestsDoNotSleep(t *testing.T) {
	sleeps := map[string][]string{}
	synctest := map[string]bool{}
	for _, f := range goFiles(t) {
		if !f.isTest() {
			continue
		}
		if strings.Contains(string(f.text), `"testing/synctest"`) {
			synctest[f.dir] = true
		}
		if strings.Contains(string(f.text), "time.Slee"+"p(") {
			sleeps[f.dir] = append(sleeps[f.dir], f.path)
		}
	}
	for dir, files := range sleeps {
		if !synctest[dir] {
			t.Errorf("%v sleep: wait for the condition, or use testing/synctest", files)
		}
	}
}

func isText(path string) bool {
	switch filepath.Ext(path) {
	case ".go", ".md", ".toml", ".sql", ".html", ".css", ".js", ".mjs", ".ts", ".tsx", ".py", ".json", ".txt", "":
		return filepath.Base(path) != "package-lock.json"
	}
	return false
}
