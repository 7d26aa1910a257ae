package webapi

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"taut/chat"
)

// referenceRow is what the reference says of a method.
type referenceRow struct {
	required         []string
	optional         []string
	ofBots, ofPeople []string // scopes
	tier             string   // "-" where the reference has not the method
	errors           map[string]bool
}

// reference is testdata/methods.tsv.
var reference = sync.OnceValues(func() (map[string]referenceRow, error) {
	text, err := os.ReadFile("testdata/methods.tsv")
	if err != nil {
		return nil, err
	}
	rows := map[string]referenceRow{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 7 || strings.HasPrefix(line, "#") {
			continue
		}
		row := referenceRow{
			required: listed(cells[1], ","), optional: listed(cells[2], ","), ofBots: listed(cells[3], ","), ofPeople: listed(cells[4], ","),
			tier: cells[5], errors: map[string]bool{},
		}
		for _, name := range listed(cells[6], " ") {
			row.errors[name] = true
		}
		rows[cells[0]] = row
	}
	return rows, nil
})

// listed is a cell's list, sorted.
func listed(cell, by string) []string {
	if cell == "-" {
		return nil
	}
	list := strings.Split(cell, by)
	slices.Sort(list)
	return list
}

// sorted is a sorted copy, each once; nil for an empty one.
func sorted(list []string) []string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	if len(list) == 0 {
		return nil
	}
	return list
}

// Each method that the reference has wants the arguments and scopes that it
// wants there, or stands in a list with the reason.
func TestMethodsAgreeWithTheReference(t *testing.T) {
	w := newWorld(t)
	rows, err := reference()
	must(t, err)
	compared := 0
	for _, name := range slices.Sorted(maps.Keys(w.server.table)) {
		m := w.server.table[name]
		row, known := rows[name]
		if !known || row.tier == "-" {
			continue
		}
		compared++
		if got := sorted(m.required); slices.Equal(got, row.required) != (otherRequired[name] == "") {
			t.Errorf("%s requires %v, in the reference %v, and why: %q", name, got, row.required, otherRequired[name])
		}
		if got, want := sorted(m.scopes), sorted(append(slices.Clone(row.ofBots), row.ofPeople...)); slices.Equal(got, want) != (otherScopes[name] == "") {
			t.Errorf("%s wants one of %v, in the reference %v, and why: %q", name, got, want, otherScopes[name])
		}
		if peopleOnly := row.ofBots == nil && row.ofPeople != nil; peopleOnly && m.accepts(chat.BotToken) {
			t.Errorf("%s takes bots' tokens, in the reference people's only", name)
		}
	}
	t.Logf("%d of %d methods are in the reference", compared, len(w.server.table))
}

// checkError reports an error that the reference does not know of the method.
func checkError(t testing.TB, method string, got result) {
	t.Helper()
	rows, err := reference()
	must(t, err)
	name := got.text("error")
	row, known := rows[method]
	if !known || row.tier == "-" || len(row.errors) == 0 {
		return // our own methods, or those that the reference says nothing of
	}
	if !row.errors[name] && !rows["@every"].errors[name] && otherErrors[method+" "+name] == "" && otherErrors["* "+name] == "" {
		t.Errorf("%s answered %s, which the reference does not know of it", method, name)
	}
}

// ownFamilies begin the names of the files of methods that Slack has not; their
// errors are ours.
var ownFamilies = []string{"account", "drafts", "emoji", "manage", "saved"}

// Each name of an error that stands in the sources is one of the reference's,
// or one of ours, with its reason: names that no test saw are found so too.
func TestErrorNamesAreKnown(t *testing.T) {
	rows, err := reference()
	must(t, err)
	known := map[string]bool{}
	for _, row := range rows {
		maps.Copy(known, row.errors)
	}
	for key := range otherErrors {
		known[key[strings.IndexByte(key, ' ')+1:]] = true
	}
	for name, at := range writtenErrors(t) {
		if !known[name] {
			t.Errorf("%s: %s is no error of the reference", at, name)
		}
	}
}

// writtenErrors are the names given to fail and failWith, and those in the
// tables from codes to names, with where they stand.
func writtenErrors(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	must(t, err)
	keep := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			name, err := strconv.Unquote(lit.Value)
			must(t, err)
			found[name] = fmt.Sprint(files.Position(lit.Pos()))
		}
	}
	for _, name := range names {
		family, _, _ := strings.Cut(strings.TrimSuffix(name, ".go"), "_")
		if strings.HasSuffix(name, "_test.go") || slices.Contains(ownFamilies, family) {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "fail" || f.Name == "failWith") && len(n.Args) > 0 {
					keep(n.Args[0])
				}
			case *ast.KeyValueExpr:
				if k, ok := n.Key.(*ast.BasicLit); ok && k.Kind == token.STRING && isCode(k.Value) {
					keep(n.Value)
				}
			}
			return true
		})
	}
	return found
}

// isCode tells whether a quoted key is that of a table from codes to names.
func isCode(quoted string) bool {
	code, _, _ := strings.Cut(strings.Trim(quoted, `"`), ":")
	switch chat.Code(code) {
	case chat.NotFound, chat.Exists, chat.NotMember, chat.Archived, chat.Forbidden, chat.Invalid, chat.Limited:
		return true
	}
	return false
}
