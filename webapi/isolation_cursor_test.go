package webapi

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
)

// paged tells whether an answer is a page, though it may be the last.
func paged(answer result) bool {
	details, _ := answer["response_metadata"].(map[string]any)
	_, there := details["next_cursor"]
	return there
}

// foreignCursors goes on, with our calls, where a list of the other workspace ended: as
// with the cursor beside it, which names what never was.
func (p *prober) foreignCursors(ours []shapeCall) {
	cursors := map[string][]string{} // by method
	for _, c := range p.pages {
		page := p.call(p.t, c.who, c.method, onePage(c, firstPageOf(c.method))...)
		for _, path := range []string{"response_metadata.next_cursor", "messages.paging.next_cursor"} {
			if cursor := page.text(path); cursor != "" {
				cursors[c.method] = append(cursors[c.method], cursor)
			}
		}
	}
	tried := map[string]bool{}
	for _, c := range ours {
		for i, cursor := range cursors[c.method] {
			if i == maxCursorsEach || p.call(p.t, c.who, c.method, onePage(c, "")...)["ok"] != true { // a later call may have undone what it needs
				break
			}
			tried[c.method] = true
			p.cursors++
			p.same(c.who, c.method, onePage(c, cursor), onePage(c, beside(cursor)), func(id string) bool { return kindOf(id) != "ts" && p.isForeign(id) })
		}
	}
	rows, err := reference()
	must(p.t, err)
	for name := range p.server.table {
		if slices.Contains(rows[name].optional, "cursor") && unreadArguments[name+" cursor"] == "" && !tried[name] {
			p.t.Errorf("no cursor of %s was tried", name)
		}
	}
	p.t.Logf("methods whose cursors were tried: %v", slices.Sorted(maps.Keys(tried)))
}

// maxCursorsEach bounds the other workspace's cursors that one call is tried with.
const maxCursorsEach = 2

// firstPageOf is the cursor that asks for pages by cursor, "" where none is needed.
func firstPageOf(method string) string {
	if method == "search.messages" {
		return firstPageCursor
	}
	return ""
}

// onePage is the call for one entry, from the cursor on.
func onePage(c shapeCall, cursor string) []any {
	args := []any{"cursor", cursor, "limit", 1}
	if c.method == "search.messages" {
		args[2] = "count"
	}
	for i := 0; i+1 < len(c.args); i += 2 {
		if c.args[i] != "cursor" && c.args[i] != args[2] {
			args = append(args, c.args[i], c.args[i+1])
		}
	}
	return args
}

// beside is the cursor with the last letter of the id in it exchanged: it is between the
// same entries of ours, and names nothing of the other workspace's.
func beside(cursor string) string {
	plain, err := base64.StdEncoding.Strict().DecodeString(cursor)
	if err != nil || !strings.Contains(string(plain), ":") { // a place alone
		return besideText(cursor)
	}
	return base64.StdEncoding.EncodeToString([]byte(besideText(string(plain))))
}

func besideText(text string) string {
	b, end := []byte(text), len(text)
	if ids := idPattern.FindAllStringIndex(text, -1); ids != nil {
		end = ids[len(ids)-1][1]
	}
	switch last := &b[end-1]; *last {
	case '9', 'Z', 'z':
		*last--
	default:
		*last++
	}
	return string(b)
}
