package webapi

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// shapeRow is what is known of one path of an answer.
type shapeRow struct {
	types    []string
	required bool
}

// shapes are the rows by method, or by "@" and the name of what several methods
// answer, and then by path.
type shapes map[string]map[string]shapeRow

// knownShapes is testdata/shapes.tsv with what we add to it.
var knownShapes = sync.OnceValues(func() (shapes, error) {
	text, err := os.ReadFile("testdata/shapes.tsv")
	if err != nil {
		return nil, err
	}
	s := shapes{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(strings.TrimSpace(line), "\t"); len(cells) >= 3 {
			_, waived := waivedKeys[cells[0]+" "+cells[1]]
			s.add(cells[0], cells[1], cells[2], len(cells) == 4 && !waived)
		}
	}
	for _, a := range addedKeys {
		s.add(a.shape, a.path, a.types, false)
	}
	return s, nil
})

// add also makes rows of the objects and arrays that the path leads through.
func (s shapes) add(shape, path, types string, required bool) {
	rows := s[shape]
	if rows == nil {
		rows = map[string]shapeRow{"": {types: []string{"object"}}}
		s[shape] = rows
	}
	row := rows[path]
	row.types, row.required = append(row.types, strings.Split(types, "|")...), row.required || required
	rows[path] = row
	parent, isItem := strings.CutSuffix(path, "[]")
	switch {
	case isItem:
		s.add(shape, parent, "array", false)
	case strings.Contains(path, "."):
		s.add(shape, path[:strings.LastIndexByte(path, '.')], "object", false)
	}
}

// place is where a value stands in a shape. A value may stand in several.
type place struct{ shape, path string }

// check lists what is wrong with an answer.
func (s shapes) check(method string, answer map[string]any) []string {
	c := shapeCheck{known: s}
	c.value([]place{{method, ""}, {"@answer", ""}}, "", answer)
	slices.Sort(c.faults)
	return slices.Compact(c.faults)
}

type shapeCheck struct {
	known  shapes
	faults []string
}

func (c *shapeCheck) fault(format string, a ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, a...))
}

// value checks one value, whose name is its path in the answer.
func (c *shapeCheck) value(at []place, name string, v any) {
	at, types := c.resolve(at)
	if !slices.ContainsFunc(types, func(t string) bool { return hasType(v, t) }) {
		c.fault("%s is %v, not %s", name, v, strings.Join(types, "|"))
		return
	}
	switch v := v.(type) {
	case map[string]any:
		if !slices.Contains(types, "opaque") {
			c.object(at, name, v)
		}
	case []any:
		if items := c.below(at, "[]"); items != nil {
			for _, item := range v {
				c.value(items, name+"[]", item)
			}
		} else if len(v) > 0 && !slices.Contains(types, "opaque") {
			c.fault("%s has items", name)
		}
	}
}

// resolve follows references to other shapes, and gathers the types.
func (c *shapeCheck) resolve(at []place) (all []place, types []string) {
	for i := 0; i < len(at); i++ {
		for _, t := range c.known[at[i].shape][at[i].path].types {
			if strings.HasPrefix(t, "@") {
				at = append(slices.Clip(at), place{t, ""})
				continue
			}
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return at, slices.Compact(types)
}

func (c *shapeCheck) object(at []place, name string, v map[string]any) {
	prefix := strings.TrimPrefix(name+".", ".")
	for key, child := range v {
		places := c.below(at, key)
		if places == nil {
			places = c.below(at, "*")
		}
		if places == nil {
			c.fault("%s%s is nobody's key", prefix, key)
			continue
		}
		c.value(places, prefix+key, child)
	}
	for _, key := range c.required(at) {
		if _, ok := v[key]; !ok {
			c.fault("%s%s is absent", prefix, key)
		}
	}
}

// below are those of the places one step on that the shapes have.
func (c *shapeCheck) below(at []place, step string) (found []place) {
	for _, p := range at {
		next := place{p.shape, p.join(step)}
		if _, ok := c.known[next.shape][next.path]; ok {
			found = append(found, next)
		}
	}
	return found
}

func (p place) join(step string) string {
	if p.path == "" || step == "[]" {
		return p.path + step
	}
	return p.path + "." + step
}

// required are the keys that an object must have.
func (c *shapeCheck) required(at []place) (keys []string) {
	for _, p := range at {
		for path, row := range c.known[p.shape] {
			i := strings.LastIndexByte(path, '.')
			if row.required && path[:max(i, 0)] == p.path && path[i+1:] != "*" {
				keys = append(keys, path[i+1:])
			}
		}
	}
	return keys
}

// stringKinds are the types of strings that have a form; ids of conversations
// and users come with several first letters.
var stringKinds = map[string]*regexp.Regexp{
	"string": regexp.MustCompile(``),
	"ts":     regexp.MustCompile(`^\d{10}\.\d{6}$`),
	"url":    regexp.MustCompile(`^(http|ws)s?://.`),
	"id:A":   regexp.MustCompile(`^A[A-Z0-9]{8,}$`),
	"id:B":   regexp.MustCompile(`^B[A-Z0-9]{8,}$`),
	"id:C":   regexp.MustCompile(`^[CDG][A-Z0-9]{8,}$`),
	"id:F":   regexp.MustCompile(`^F[A-Z0-9]{8,}$`),
	"id:D":   regexp.MustCompile(`^D[A-Z0-9]{8,}$`),
	"id:G":   regexp.MustCompile(`^[CG][A-Z0-9]{8,}$`),
	"id:Q":   regexp.MustCompile(`^Q[A-Z0-9]{8,}$`),
	"id:S":   regexp.MustCompile(`^S[A-Z0-9]{8,}$`),
	"id:T":   regexp.MustCompile(`^T[A-Z0-9]{8,}$`),
	"id:U":   regexp.MustCompile(`^[UW][A-Z0-9]{8,}$`),
	"id:W":   regexp.MustCompile(`^[UW][A-Z0-9]{8,}$`),
}

// hasType tells whether a JSON value is of a type of the table.
func hasType(v any, t string) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return t == "bool" || t == "opaque"
	case float64:
		return t == "number" || t == "opaque"
	case []any:
		return t == "array" || t == "opaque"
	case map[string]any:
		return t == "object" || t == "opaque"
	case string:
		form := stringKinds[t]
		return t == "opaque" || form != nil && form.MatchString(v)
	}
	return false
}

// The check of the checks: each of these answers has one fault.
func TestShapesFindFaults(t *testing.T) {
	s := shapes{}
	s.add("m", "list[].id", "id:U", true)
	s.add("m", "list[].sub.n", "number|string", false)
	s.add("m", "map.*.x", "bool", false)
	s.add("m", "said", "@said", false)
	s.add("@said", "text", "string", true)
	s.add("@said", "root", "@said", false)
	user := "U12345678"
	good := map[string]any{
		"list": []any{map[string]any{"id": user, "sub": map[string]any{"n": nil}}, map[string]any{"id": user, "sub": map[string]any{"n": "x"}}},
		"map":  map[string]any{"C12345678": map[string]any{"x": true}},
		"said": map[string]any{"text": "", "root": map[string]any{"text": "x"}},
	}
	if faults := s.check("m", good); faults != nil {
		t.Errorf("a good answer: %v", faults)
	}
	for want, bad := range map[string]map[string]any{
		"other is nobody's key":          {"other": 1.0},
		"list[].id is absent":            {"list": []any{map[string]any{"id": user}, map[string]any{}}},
		"list[].id is C1, not id:U":      {"list": []any{map[string]any{"id": "C1"}}},
		"list[].sub.m is nobody's key":   {"list": []any{map[string]any{"id": user, "sub": map[string]any{"m": 1.0}}}},
		"list[].sub.n is true, not numb": {"list": []any{map[string]any{"id": user, "sub": map[string]any{"n": true}}}},
		"list is map[], not array":       {"list": map[string]any{}},
		"map.C12345678.y is nobody's ke": {"map": map[string]any{"C12345678": map[string]any{"y": true}}},
		"said.root.text is absent":       {"said": map[string]any{"text": "", "root": map[string]any{}}},
	} {
		if faults := s.check("m", bad); len(faults) != 1 || !strings.HasPrefix(faults[0], want) {
			t.Errorf("%v: found %q, want %s", bad, faults, want)
		}
	}
}

// checkShape reports what is wrong with a method's answer.
func checkShape(t testing.TB, method string, got result) bool {
	t.Helper()
	known, err := knownShapes()
	must(t, err)
	faults := known.check(method, got)
	if faults != nil {
		t.Errorf("%s does not conform:\n\t%s", method, strings.Join(faults, "\n\t"))
	}
	return faults == nil
}

// Each method answers in its shape, of people, bots and guests, where there is
// something of everything.
func TestEveryMethodConforms(t *testing.T) {
	w := newWorld(t)
	w.server.presence = newDoorbell(w.acme.ada.id)
	called, bad := map[string]bool{}, map[string]bool{}
	for _, c := range w.everything(t) {
		called[c.method] = true
		if !checkShape(t, c.method, w.ok(t, c.who, c.method, c.args...)) {
			bad[c.method] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.server.table)) {
		if !called[name] {
			t.Errorf("%s was not called", name)
		}
	}
	t.Logf("%d of %d methods conform", len(called)-len(bad), len(w.server.table))
}
