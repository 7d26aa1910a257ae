package webapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"taut/chat"
)

// finds waits until the query finds so many messages, and gives the answer.
func (w *world) finds(t *testing.T, p person, want int, args ...any) result {
	t.Helper()
	var got result
	for deadline := time.Now().Add(30 * time.Second); ; {
		got = w.ok(t, p, "search.messages", args...)
		if got.at("messages.total") == float64(want) {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v as %s: %v found, want %d", args, p.name, got.at("messages.total"), want)
		}
		wait(5 * time.Millisecond)
	}
}

func wait(d time.Duration) { <-time.After(d) }

func matchTexts(got result) (texts []string) {
	for _, m := range got.at("messages.matches").([]any) {
		texts = append(texts, m.(map[string]any)["text"].(string))
	}
	return texts
}

func (w *world) post(t *testing.T, p person, ch chat.ChannelID, text string, args ...any) string {
	t.Helper()
	return w.ok(t, p, "chat.postMessage", append([]any{"channel", ch, "text", text}, args...)...).text("ts")
}

func TestSearchMessages(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.post(t, a.ada, a.public, "before it")
	ts := w.post(t, a.bob, a.public, "the Café of <https://example.com/cafe|our café>")
	w.post(t, a.ada, a.public, "after it")
	got := w.finds(t, a.eve, 1, "query", "cafe", "highlight", "true")
	for path, want := range map[string]any{
		"query": "cafe", "messages.pagination.total_count": 1.0, "messages.pagination.page": 1.0, "messages.pagination.per_page": 20.0,
		"messages.pagination.page_count": 1.0, "messages.pagination.first": 1.0, "messages.pagination.last": 1.0,
		"messages.paging.count": 20.0, "messages.paging.total": 1.0, "messages.paging.page": 1.0, "messages.paging.pages": 1.0,
		"messages.matches.0.text":     "the \uE000Café\uE001 of <https://example.com/cafe|our \uE000café\uE001>",
		"messages.matches.0.username": "bob", "messages.matches.0.user": string(a.bob.id), "messages.matches.0.ts": ts,
		"messages.matches.0.channel.name": "project", "messages.matches.0.previous.text": "before it", "messages.matches.0.next.text": "after it",
		"messages.matches.0.permalink": "https://taut.example/archives/" + string(a.public) + "/p" + strings.ReplaceAll(ts, ".", ""),
	} {
		if got.at(path) != want {
			t.Errorf("%s: %v, want %v", path, got.at(path), want)
		}
	}
}

func TestSearchIsCurrent(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ts := w.post(t, a.ada, a.private, "a secret word")
	start := time.Now()
	w.finds(t, a.bob, 1, "query", "secret")
	t.Logf("found after %v", time.Since(start)) // a second is meant
	w.finds(t, a.eve, 0, "query", "secret")
	w.finds(t, a.guest, 0, "query", "secret")
	w.ok(t, a.ada, "chat.update", "channel", a.private, "ts", ts, "text", "another word")
	w.finds(t, a.bob, 0, "query", "secret")
	w.finds(t, a.bob, 1, "query", "another")
	w.ok(t, a.ada, "conversations.kick", "channel", a.private, "user", a.bob.id)
	if got := w.ok(t, a.bob, "search.messages", "query", "another"); got.at("messages.total") != 0.0 {
		t.Errorf("found after a kick: %v", got)
	}
	w.ok(t, a.ada, "chat.delete", "channel", a.private, "ts", ts)
	w.finds(t, a.ada, 0, "query", "another")
}

func TestSearchErrors(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for _, method := range []string{"search.messages", "search.files", "search.all"} {
		w.fails(t, "no_query", a.ada, method)
		w.fails(t, "no_query", a.ada, method, "query", "  ")
		w.fails(t, "no_query", a.ada, method, "query", "*** --")
		w.fails(t, "not_allowed_token_type", a.robot, method, "query", "x")
	}
	w.fails(t, "invalid_cursor", a.ada, "search.messages", "query", "x", "cursor", "nonsense")
	w.fails(t, "invalid_cursor", a.ada, "search.messages", "query", "x", "cursor", encodeCursor(searchCursor, "1.2.3"))
	w.fails(t, "invalid_cursor", a.ada, "search.messages", "query", "x", "cursor", encodeCursor(searchCursor, "1.-2.3.4"))
}

// What the index's language means something by is words like others.
func TestSearchTakesNoOrders(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.post(t, a.ada, a.public, `NOT near "quoted' words* OR text: x`)
	w.finds(t, a.ada, 1, "query", "quoted")
	for _, query := range []string{
		`"`, `""`, `"""`, `'`, `*`, `x*`, `NEAR(a b)`, `NEAR(quoted words, 5)`, `text:quoted`, `^quoted`, `{text}: quoted`, `a AND`, `OR`, `NOT quoted`, `(quoted`,
		`quoted) OR 1`, `'; DROP TABLE words; --`, `-"`, `--x`, `- x`, "\x00", "a\x00b", `from:`, `from:"`, `from:' OR 1=1`, `in:#' OR '1'='1`, `has::`, `has:::`,
		`has::x::y:`, `before:0000-00-00`, `during:99999`, `on:2020-02-31`, `+quoted`, `quoted + words`, `-in: x`, strings.Repeat("(", 500), strings.Repeat(`"a" `, 500),
		strings.Repeat("a* ", 800), strings.Repeat("x", 100_000), strings.Repeat("from:me ", 300), "1·quoted", "\uE000", "\u202ex", "from:<@>", "in:<#|>", "with:@", "to:", "is:", "is:saved",
	} {
		got := w.call(t, a.ada, "search.messages", "query", query)
		if got["ok"] != true && got["error"] != "no_query" {
			t.Errorf("%.40q: %v", query, got["error"])
		}
	}
	w.finds(t, a.ada, 1, "query", `NOT near "quoted words"`)
}

func TestSearchAcrossWorkspaces(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	w.post(t, a.ada, a.public, "word of acme")
	w.post(t, o.ada, o.public, "word of other")
	w.finds(t, a.ada, 1, "query", "word")
	w.finds(t, o.ada, 1, "query", "word")
	next := w.ok(t, o.ada, "search.messages", "query", "word", "cursor", "*", "count", 1)
	for _, query := range []string{
		"other", "in:" + string(o.public), "from:" + string(o.ada.id), "from:<@" + string(o.ada.id) + ">", "with:" + string(o.ada.id), "to:" + string(o.ada.id), "in:<@" + string(o.ada.id) + ">",
	} {
		got := w.ok(t, a.ada, "search.messages", "query", query)
		none := w.ok(t, a.ada, "search.messages", "query", strings.NewReplacer(string(o.public), "C0000000000", string(o.ada.id), "U0000000000", "other", "absent").Replace(query))
		got["query"], none["query"] = nil, nil
		if fmt.Sprint(got) != fmt.Sprint(none) {
			t.Errorf("%s: %v, of an absent one %v", query, got, none)
		}
	}
	if next.at("messages.pagination.next_cursor") != "" {
		t.Errorf("a cursor after the only match: %v", next)
	}
}

// Pages by cursor are whole though others post.
func TestSearchByCursor(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for i := range 12 {
		w.post(t, a.ada, a.public, fmt.Sprintf("word %d", i))
	}
	w.finds(t, a.ada, 12, "query", "word")
	for _, sort := range []string{"score", "timestamp"} {
		var all []string
		for cursor, page := "*", 1; cursor != ""; page++ {
			got := w.ok(t, a.ada, "search.messages", "query", "word", "sort", sort, "count", 5, "cursor", cursor)
			if first := got.at("messages.pagination.first"); first != float64(len(all)+1) || got.at("messages.pagination.page") != float64(page) || got.at("messages.paging.page") != float64(page) {
				t.Errorf("%s: page %d is %v", sort, page, got.at("messages.pagination"))
			}
			all = append(all, matchTexts(got)...)
			if last := got.at("messages.pagination.last"); last != float64(len(all)) {
				t.Errorf("%s: the last of page %d is %v", sort, page, last)
			}
			cursor = got.text("messages.paging.next_cursor")
			if got.text("messages.pagination.next_cursor") != cursor {
				t.Error("two cursors")
			}
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(all)))
		if len(all) != 12 || len(distinct) != 12 {
			t.Errorf("%s: %d matches, %d different", sort, len(all), len(distinct))
		}
	}
	for _, bad := range []string{"x", "1.2.3.4", "/1.2.3.4", "-1/1.2.3.4", "1/", "99999999999/1.2.3.4"} {
		w.fails(t, "invalid_cursor", a.ada, "search.messages", "query", "word", "cursor", encodeCursor("search", bad))
	}
	beyond := w.ok(t, a.ada, "search.messages", "query", "word", "page", 99999999999)
	if beyond.at("messages.pagination.first") != 0.0 || beyond.at("messages.pagination.last") != 0.0 {
		t.Errorf("beyond the last page: %v", beyond.at("messages.pagination"))
	}
	var pages []string
	for page := 1; page <= 3; page++ {
		pages = append(pages, matchTexts(w.ok(t, a.ada, "search.messages", "query", "word", "sort", "timestamp", "sort_dir", "asc", "count", 5, "page", page))...)
	}
	if len(pages) != 12 || pages[0] != "word 0" || pages[11] != "word 11" {
		t.Errorf("pages %q", pages)
	}
}

func TestMarks(t *testing.T) {
	mark := func(text string, marks ...chat.SearchMark) string {
		return strings.NewReplacer(markBegin, "[", markEnd, "]").Replace(markWords(text, marks))
	}
	for _, test := range []struct{ text, want string }{
		{"Deploy deployed déploy", "[Deploy] [deployed] [déploy]"},
		{"<https://deploy.com> <https://x.com|deploy> <@UDEPLOY|deploy> deploy", "<https://deploy.com> <https://x.com|[deploy]> <@UDEPLOY|deploy> [deploy]"},
		{"東京都に deploy", "[東京都]に [deploy]"},
		{"a < deploy", "a < deploy"},
		{"", ""},
	} {
		if got := mark(test.text, chat.SearchMark{Word: "deploy", Prefix: true}, chat.SearchMark{Word: "東京"}, chat.SearchMark{Word: "京都"}); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

// findsFiles waits until the query finds so many files, and gives their ids.
func (w *world) findsFiles(t *testing.T, p person, want int, query string) (ids []string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		got := w.ok(t, p, "search.files", "query", query)
		if got.at("files.total") == float64(want) {
			for _, m := range got.at("files.matches").([]any) {
				ids = append(ids, m.(map[string]any)["id"].(string))
			}
			return ids
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s as %s: %v files found, want %d", query, p.name, got.at("files.total"), want)
		}
		wait(5 * time.Millisecond)
	}
}

func TestSearchFiles(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	id := w.send(t, a.ada, "Quarterly_report.txt", []byte("the numbers of spring"))
	w.ok(t, a.ada, "files.completeUploadExternal", "files", fmt.Sprintf(`[{"id":%q,"title":"Our Quarter"}]`, id), "channel_id", a.private)
	if got := w.findsFiles(t, a.bob, 1, "quarterly report"); len(got) != 1 || got[0] != id {
		t.Errorf("found %v, want %s", got, id)
	}
	for _, query := range []string{"report.txt", "our quarter", "from:@ada", "in:#plans", "has:file quarter", "numbers spring"} {
		w.findsFiles(t, a.bob, 1, query)
	}
	w.finds(t, a.bob, 1, "query", "quarterly has:file")
	w.findsFiles(t, a.eve, 0, "quarterly")
	w.findsFiles(t, w.other.ada, 0, "quarterly")
	w.findsFiles(t, a.bob, 0, "quarterly from:@bob")
	all := w.ok(t, a.bob, "search.all", "query", "quarterly", "highlight", "true")
	if all.at("files.total") != 1.0 || all.at("messages.total") != 1.0 || all.at("posts.total") != 0.0 {
		t.Errorf("search.all: %v", all)
	}
	// Who comes finds it, and who is removed does not.
	w.ok(t, a.ada, "conversations.invite", "channel", a.private, "users", a.eve.id)
	w.findsFiles(t, a.eve, 1, "quarterly")
	w.ok(t, a.ada, "conversations.kick", "channel", a.private, "user", a.eve.id)
	w.findsFiles(t, a.eve, 0, "quarterly")
	w.ok(t, a.ada, "files.delete", "file", id)
	w.findsFiles(t, a.bob, 0, "quarterly")
	w.finds(t, a.bob, 0, "query", "quarterly")
}
