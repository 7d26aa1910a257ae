package webapi

import (
	"context"
	"strconv"
	"strings"

	"taut/chat"
)

func (s *Server) searchMethods() []method {
	people, scopes := []chat.TokenType{chat.UserToken}, []string{"search:read"}
	errors := map[string]string{"invalid:query": "no_query"}
	return []method{
		{name: "search.all", handle: s.searchAll, tokens: people, scopes: scopes, errors: errors},
		{name: "search.files", handle: s.searchFiles, tokens: people, scopes: scopes, errors: errors},
		{name: "search.messages", handle: s.searchMessages, tokens: people, scopes: scopes, errors: errors},
	}
}

const (
	searchCursor    = "search"
	defaultFound    = 20
	maxFound        = 100
	firstPageCursor = "*" // asks for pages by cursor
)

// found is a list of what was found, with where its page stands, twice: Slack
// has both.
type found[T any] struct {
	Total      int             `json:"total"`
	Pagination foundPagination `json:"pagination"`
	Paging     foundPaging     `json:"paging"`
	Matches    []T             `json:"matches"`
}

type foundPagination struct {
	TotalCount int     `json:"total_count"`
	Page       int     `json:"page"`
	PerPage    int     `json:"per_page"`
	PageCount  int     `json:"page_count"`
	First      int     `json:"first"` // of the matches, counted from 1
	Last       int     `json:"last"`
	NextCursor *string `json:"next_cursor,omitempty"`
}

type foundPaging struct {
	Count      int     `json:"count"`
	Total      int     `json:"total"`
	Page       int     `json:"page"`
	Pages      int     `json:"pages"`
	NextCursor *string `json:"next_cursor,omitempty"`
}

// searchPage is which page of what order is asked for.
type searchPage struct {
	request chat.SearchRequest
	page    int
	cursors bool // by cursor
	mark    bool
}

func newFound[T any](p searchPage, f chat.SearchFound, matches []T) found[T] {
	count := p.request.Count
	pages := (f.Total + count - 1) / count
	first, last := p.request.Offset+1, p.request.Offset+len(matches)
	if len(matches) == 0 {
		first, last = 0, 0
	}
	a := found[T]{
		Total: f.Total, Matches: matches,
		Pagination: foundPagination{TotalCount: f.Total, Page: p.page, PerPage: count, PageCount: pages, First: first, Last: last},
		Paging:     foundPaging{Count: count, Total: f.Total, Page: p.page, Pages: pages},
	}
	if p.cursors {
		next := ""
		if f.Next != "" {
			next = encodeCursor(searchCursor, strconv.Itoa(p.request.Offset+len(f.Hits))+"/"+f.Next)
		}
		a.Pagination.NextCursor, a.Paging.NextCursor = &next, &next
	}
	return a
}

type searchMessagesAnswer struct {
	reply
	Query    string       `json:"query"`
	Messages found[match] `json:"messages"`
}

type searchFilesAnswer struct {
	reply
	Query string              `json:"query"`
	Files found[matchingFile] `json:"files"`
}

type searchAllAnswer struct {
	reply
	Query    string              `json:"query"`
	Messages found[match]        `json:"messages"`
	Files    found[matchingFile] `json:"files"`
	Posts    matchingPosts       `json:"posts"`
}

// matchingPosts are of a kind of document that there is none of.
type matchingPosts struct {
	Matches []string `json:"matches"`
	Total   int      `json:"total"`
}

func (s *Server) searchMessages(ctx context.Context, q *request) (answer, error) {
	p, err := q.searchPage(ctx)
	if err != nil {
		return nil, err
	}
	list, err := q.findMessages(ctx, p)
	return &searchMessagesAnswer{Query: q.args.text("query"), Messages: list}, err
}

func (s *Server) searchFiles(ctx context.Context, q *request) (answer, error) {
	p, err := q.searchPage(ctx)
	if err != nil {
		return nil, err
	}
	list, err := q.findFiles(ctx, p)
	return &searchFilesAnswer{Query: q.args.text("query"), Files: list}, err
}

// searchAll finds messages and files, each by pages of their own; cursors are
// not for it, as one would have to stand for two lists.
func (s *Server) searchAll(ctx context.Context, q *request) (answer, error) {
	p, err := q.searchPage(ctx)
	if err != nil {
		return nil, err
	}
	p.cursors, p.request.After = false, ""
	a := &searchAllAnswer{Query: q.args.text("query"), Posts: matchingPosts{Matches: []string{}}}
	if a.Messages, err = q.findMessages(ctx, p); err != nil {
		return nil, err
	}
	a.Files, err = q.findFiles(ctx, p)
	return a, err
}

// searchPage reads the arguments that all three methods have.
func (q *request) searchPage(ctx context.Context) (p searchPage, err error) {
	if q.server.search == nil {
		return p, chat.NewError(chat.Unavailable, "search")
	}
	if strings.TrimSpace(q.args.text("query")) == "" {
		return p, fail("no_query")
	}
	r := chat.SearchRequest{Caller: q.caller, Query: q.args.text("query"),
		ByTime: q.args.text("sort") == "timestamp", Oldest: q.args.text("sort_dir") == "asc"}
	if r.Count, err = q.args.limit("count", defaultFound, maxFound); err != nil {
		return p, err
	}
	if p.page, err = q.args.limit("page", 1, maxFound); err != nil {
		return p, err
	}
	r.Offset = (p.page - 1) * r.Count
	if q.args.has("cursor") {
		if r.Offset, r.After, err = q.searchCursor(); err != nil {
			return p, err
		}
		p.cursors, p.page = true, r.Offset/r.Count+1
	}
	me, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return p, err
	}
	r.Zone, p.request, p.mark = me.TimeZone, r, q.args.boolean("highlight", false)
	return p, nil
}

// searchCursor is how many matches the pages before had, which are counted for
// those who read only, and where the search goes on.
func (q *request) searchCursor() (offset int, after string, err error) {
	if q.args.text("cursor") == firstPageCursor {
		return 0, "", nil
	}
	place, err := q.args.cursor(searchCursor)
	if err != nil {
		return 0, "", err
	}
	text, after, ok := strings.Cut(place, "/")
	n, err := strconv.ParseUint(text, 10, 31)
	if !ok || after == "" || err != nil {
		return 0, "", fail("invalid_cursor")
	}
	return int(n), after, nil
}
