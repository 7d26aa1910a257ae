package transfer

import (
	"archive/zip"
	"encoding/json"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
	"taut/store"
)

func importInto(t testing.TB, s *store.Store, from, domain string) Report {
	t.Helper()
	r, err := Import{From: from, Domain: domain, New: true}.Run(t.Context(), s)
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return r
}

func exportFrom(t testing.TB, s *store.Store, domain string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.zip")
	if _, err := (Export{Out: out, Domain: domain, Private: true}).Run(t.Context(), s); err != nil {
		t.Fatalf("export: %v", err)
	}
	return out
}

// contents are the zip's files as JSON.
func contents(t testing.TB, path string) map[string]any {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]any{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = v
	}
	return all
}

func wantSame(t testing.TB, got, want map[string]any) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if reflect.DeepEqual(got[name], want[name]) {
			continue
		}
		a, b := asList(got[name]), asList(want[name])
		if len(a) != len(b) {
			t.Errorf("%s has %d elements, want %d", name, len(a), len(b))
			continue
		}
		for i := range a {
			if !reflect.DeepEqual(a[i], b[i]) {
				x, _ := json.Marshal(a[i])
				y, _ := json.Marshal(b[i])
				t.Errorf("%s, %d:\n%s\nwant\n%s", name, i, x, y)
				return
			}
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is too many", name)
		}
	}
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func TestThereAndBack(t *testing.T) {
	for _, plain := range []bool{true, false} {
		from := slackexport.Export{Seed: 3, Messages: 1000, Channels: 6, Users: 12, Plain: plain}.Write(t)
		first := testenv.Open(t)
		r := importInto(t, first, from, "acme")
		t.Logf("%+v %v", r.Brief(), r.Odd)
		exported := exportFrom(t, first, "acme")
		again := importInto(t, first, from, "acme")
		if again.Users+again.Channels+again.Messages+again.Pins != 0 || again.Present != r.Messages && plain {
			t.Errorf("the second run brought %+v", again.Brief())
		}
		wantSame(t, contents(t, exportFrom(t, first, "acme")), contents(t, exported))

		second := testenv.Open(t)
		importInto(t, second, exported, "acme")
		wantSame(t, contents(t, exportFrom(t, second, "acme")), contents(t, exported))
	}
}

func TestBrokenExports(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no lists":     {map[string]string{"a.txt": "x"}, "no channels.json"},
		"no users":     {map[string]string{"channels.json": "[]"}, "no users.json"},
		"broken day":   {map[string]string{"channels.json": `[{"id":"C0000000001","name":"dev"}]`, "users.json": "[]", "dev/2021-01-01.json": `[{"ts":"1`}, "dev/2021-01-01.json is not JSON"},
		"no list":      {map[string]string{"channels.json": `{}`, "users.json": "[]"}, "channels.json does not hold a list"},
		"broken users": {map[string]string{"channels.json": `[]`, "users.json": "[{]"}, "users.json is not JSON"},
		"bomb":         {map[string]string{"channels.json": `[]`, "users.json": "[" + strings.Repeat(" ", 20<<20) + "]"}, "packed more tightly"},
	} {
		t.Run(name, func(t *testing.T) {
			path := slackexport.Zip(t, "", func(w *slackexport.Writer) {
				for name, text := range c.files {
					w.Put(name, text)
				}
			})
			s := testenv.Open(t)
			_, err := Import{From: path, Domain: "acme", New: true}.Run(t.Context(), s)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if _, err := s.WorkspaceByDomain(t.Context(), "acme"); chat.CodeOf(err) != chat.NotFound {
				t.Errorf("something was written: %v", err)
			}
		})
	}
}

// TestLarge: an export of 10,000 messages comes in, twice with the same result.
func TestLarge(t *testing.T) {
	from := slackexport.Export{Seed: 5, Messages: 10_000, Channels: 40, Users: 100, Days: 100}.Write(t)
	s := testenv.Open(t)
	r := importInto(t, s, from, "acme")
	t.Logf("%+v", r.Brief())
	again := importInto(t, s, from, "acme")
	t.Logf("%+v", again.Brief())
	if r.Messages < 10_000 || again.Messages+again.Users+again.Channels != 0 {
		t.Errorf("%d messages, then %d", r.Messages, again.Messages)
	}
}
