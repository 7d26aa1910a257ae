package webapi

import "testing"

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	w.post(t, a.ada, a.public, "findable one")
	w.post(t, a.bob, a.public, "findable <https://example.com|two>", "attachments", `[{"text":"x"}]`)
	w.post(t, a.ada, a.public, "findable three")
	w.post(t, a.bob, a.dm, "findable among two")
	w.finds(t, a.ada, 4, "query", "findable")
	return []shapeCall{
		{a.ada, "search.messages", []any{"query", "findable", "highlight", "true", "cursor", "*", "count", 2}},
		{a.ada, "search.messages", []any{"query", "findable in:@bob", "sort", "timestamp", "sort_dir", "asc"}},
		{a.ada, "search.files", []any{"query", "findable"}},
		{a.ada, "search.all", []any{"query", "findable"}},
	}
})
