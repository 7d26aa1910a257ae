package rpc

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"google.golang.org/grpc"

	"taut/chat"
)

const searchService = "taut.Search"

var searchDesc = grpc.ServiceDesc{
	ServiceName: searchService,
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary(searchService, "Search", func(s *Server, ctx context.Context, q *searching) (message, error) {
			f, err := s.services.Search.Search(ctx, q.SearchRequest)
			return &searched{f}, err
		}),
	},
}

// searches are the nodes with an index. They implement chat.Search.
type searches struct {
	nodes *Nodes
	names func() []string
	own   chat.Search
}

// Search asks the nodes that names gives, each of which has an index of its own; own is
// this node's, or nil. A workspace's questions go to the same node while it is there, so
// that one page goes on where the other ended; one that can't be reached, or whose index
// is not complete, is passed over for the next.
func (n *Nodes) Search(names func() []string, own chat.Search) chat.Search {
	return &searches{n, names, own}
}

// searchTime bounds one node's answer: the next one is asked besides. It is a little more
// than a search may take, so that one that is slow is not run twice.
const searchTime = chat.SearchTime + time.Second

var errNoSearch = errors.New("there is no node that searches")

func (s *searches) Search(ctx context.Context, r chat.SearchRequest) (chat.SearchFound, error) {
	names := inTurn(r.Caller.Workspace, s.names())
	if len(names) == 0 && s.own != nil {
		return s.own.Search(ctx, r) // nobody knows of the others
	}
	err := unavailable("search", errNoSearch)
	var part *chat.SearchFound
	for _, name := range names[:min(len(names), maxTries)] {
		var got chat.SearchFound
		got, err = s.at(ctx, name, r)
		switch {
		case err == nil && !got.Partial:
			return got, nil
		case err == nil && part == nil:
			part = &got
		case err != nil && chat.CodeOf(err) != chat.Unavailable:
			return chat.SearchFound{}, err
		}
		if ctx.Err() != nil {
			break
		}
	}
	if part != nil {
		return *part, nil
	}
	return chat.SearchFound{}, err
}

// at asks one node.
func (s *searches) at(ctx context.Context, name string, r chat.SearchRequest) (chat.SearchFound, error) {
	if s.own != nil && name == s.nodes.identity.Node {
		return s.own.Search(ctx, r)
	}
	nd := s.nodes.node(name)
	if nd == nil {
		return chat.SearchFound{}, unavailable("search", errNoSearch)
	}
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	var got searched
	err := nd.call(ctx, "/"+searchService+"/Search", &searching{r}, &got)
	return got.SearchFound, err
}

// inTurn orders nodes for a workspace by the highest hash: when one goes, only its
// workspaces go elsewhere.
func inTurn(w chat.WorkspaceID, names []string) []string {
	weights := make(map[string]string, len(names))
	for _, name := range names {
		sum := sha256.Sum256([]byte(name + "\x00" + string(w)))
		weights[name] = string(sum[:])
	}
	return slices.SortedFunc(slices.Values(names), func(a, b string) int { return cmp.Compare(weights[b], weights[a]) })
}

type searching struct{ chat.SearchRequest }

func (s *searching) code(c *coder) {
	c.object(func() { caller(c, &s.Caller) })
	text(c, &s.Query)
	text(c, &s.Zone)
	c.bool(&s.Files)
	c.bool(&s.ByTime)
	c.bool(&s.Oldest)
	small(c, &s.Offset)
	small(c, &s.Count)
	text(c, &s.After)
}

type searched struct{ chat.SearchFound }

func (s *searched) code(c *coder) {
	list(c, &s.Hits, searchHit)
	small(c, &s.Total)
	text(c, &s.Next)
	list(c, &s.Marks, searchMark)
	c.bool(&s.Partial)
}

func searchHit(c *coder, h *chat.SearchHit) {
	text(c, &h.Channel)
	ts(c, &h.TS)
	text(c, &h.File)
	c.float(&h.Score)
}

func searchMark(c *coder, m *chat.SearchMark) {
	text(c, &m.Word)
	c.bool(&m.Prefix)
}
