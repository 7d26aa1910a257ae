package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The parts of a file of types that these tests read. Prettier keeps them in this form.
var (
	alias     = regexp.MustCompile(`(?m)^export type (\w+) = ([^;{]+);$`)
	shape     = regexp.MustCompile(`(?m)^(?:export )?interface (\w+)(?: extends \w+)? \{\n((?:  .*\n|\n)*)\}$`)
	shapedKey = regexp.MustCompile(`(?m)^  (\w+)(\??): (.+);$`)
)

// view is an interface of the client's: its keys.
type view map[string]field

// readViews gives the interfaces of files of types by their names.
func readViews(t *testing.T, paths ...string) map[string]view {
	t.Helper()
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	aliases := map[string]string{}
	for _, m := range alias.FindAllStringSubmatch(all.String(), -1) {
		aliases[m[1]] = m[2]
	}
	views := map[string]view{}
	for _, m := range shape.FindAllStringSubmatch(all.String(), -1) {
		v := view{}
		for _, key := range shapedKey.FindAllStringSubmatch(m[2], -1) {
			typ, nullable := strings.CutSuffix(key[3], " | null")
			v[key[1]] = field{kindOf(typ, aliases), key[2] != "", nullable}
		}
		views[m[1]] = v
	}
	return views
}

// kindOf is what a type of TypeScript's is in JSON.
func kindOf(typ string, aliases map[string]string) string {
	typ = strings.TrimPrefix(typ, "readonly ")
	first, _, _ := strings.Cut(typ, " | ")
	switch {
	case strings.HasSuffix(typ, "[]"):
		return listKind
	case first == textKind, first == numberKind, first == boolKind:
		return first
	case first == "unknown":
		return anyKind
	case first == "true":
		return boolKind
	case strings.HasPrefix(first, `"`):
		return textKind
	case aliases[first] != "":
		return kindOf(aliases[first], aliases)
	}
	return objectKind
}
