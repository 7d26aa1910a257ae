package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"reflect"
	"testing"
	"time"

	"taut/chat"
)

// finder is a node that searches: what it finds is its own name.
type finder struct {
	name    string
	partial bool
	err     error
	asked   chat.SearchRequest
	until   time.Time
	times   int
}

func (f *finder) Search(ctx context.Context, r chat.SearchRequest) (chat.SearchFound, error) {
	f.asked = r
	f.until, _ = ctx.Deadline()
	f.times++
	return chat.SearchFound{
		Hits:  []chat.SearchHit{{Channel: "C1", TS: 5, File: f.name, Score: 0.25}},
		Total: 12, Next: "n", Marks: []chat.SearchMark{{Word: "w", Prefix: true}}, Partial: f.partial,
	}, f.err
}

func TestSearchesAreAskedElsewhere(t *testing.T) {
	ids := identities(t, "acme", "one", "two", "three", "gate")
	n := NewNodes(ids[3], slog.New(slog.DiscardHandler))
	t.Cleanup(n.Close)
	finders := map[string]*finder{}
	for _, id := range ids[:3] {
		f := &finder{name: id.Node}
		finders[f.name] = f
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(Serve(l, id, Services{Search: f}, slog.New(slog.DiscardHandler)).Close)
		n.Listens(id.Node, l.Addr().String(), "1")
	}
	names := []string{"one", "two", "three"}
	s := n.Search(func() []string { return names }, nil)
	r := chat.SearchRequest{Caller: ann, Query: "q", Zone: "z", Files: true, ByTime: true, Oldest: true, Offset: 3, Count: 20, After: "a"}
	order := inTurn(ann.Workspace, names)

	asked := time.Now()
	got, err := s.Search(t.Context(), r)
	want := chat.SearchFound{Hits: []chat.SearchHit{{Channel: "C1", TS: 5, File: order[0], Score: 0.25}}, Total: 12, Next: "n", Marks: []chat.SearchMark{{Word: "w", Prefix: true}}}
	if err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(finders[order[0]].asked, r) {
		t.Fatalf("found %+v, asked %+v, %v", got, finders[order[0]].asked, err)
	}
	if limit := finders[order[0]].until.Sub(asked); limit <= chat.SearchTime {
		t.Errorf("a search is given up after %v, and may take %v", limit, chat.SearchTime)
	}
	from := func() string {
		t.Helper()
		got, err := s.Search(t.Context(), r)
		if err != nil {
			return fmt.Sprint(chat.CodeOf(err))
		}
		return fmt.Sprint(got.Hits[0].File, got.Partial)
	}
	finders[order[0]].partial = true
	if got, want := from(), order[1]+"false"; got != want {
		t.Errorf("beside an index that is not complete: %s, want %s", got, want)
	}
	finders[order[1]].err = chat.NewError(chat.Unavailable, "search")
	if got, want := from(), order[2]+"false"; got != want {
		t.Errorf("beside a node that can't: %s, want %s", got, want)
	}
	finders[order[2]].partial = true
	if got, want := from(), order[0]+"true"; got != want {
		t.Errorf("where no index is complete: %s, want %s", got, want)
	}
	for _, f := range finders {
		f.err, f.times = chat.NewError(chat.Invalid, "query"), 0
	}
	if got := from(); got != string(chat.Invalid) || finders[order[0]].times != 1 || finders[order[1]].times != 0 {
		t.Errorf("a bad question: %s", got)
	}
	// This node's own is one of them, and needs no network.
	names = []string{"gate"}
	own := n.Search(func() []string { return names }, &finder{name: "gate"})
	for range 2 {
		if got, err := own.Search(t.Context(), r); err != nil || got.Hits[0].File != "gate" {
			t.Errorf("its own index: %+v, %v", got, err)
		}
		names = nil
	}
	if got := from(); got != string(chat.Unavailable) {
		t.Errorf("no node that searches: %s", got)
	}
}

// TestWorkspacesStayWhereTheyAre: each node has about a third of the workspaces, and
// when one goes, only its own go elsewhere.
func TestWorkspacesStayWhereTheyAre(t *testing.T) {
	names := []string{"node-1", "node-2", "node-3"}
	count := map[string]int{}
	for i := range 3000 {
		w := chat.WorkspaceID(fmt.Sprintf("T%08d", i))
		first := inTurn(w, names)[0]
		count[first]++
		if left := inTurn(w, names[:2])[0]; first != "node-3" && left != first {
			t.Fatalf("%s went from %s to %s as another node left", w, first, left)
		}
	}
	for name, n := range count {
		if n < 850 || n > 1150 {
			t.Errorf("%s has %d of 3000 workspaces", name, n)
		}
	}
}
