package chat

import (
	"context"
	"time"
)

// SearchTime bounds a search where the index is, its wait included.
const SearchTime = 5 * time.Second

// Search finds messages and files by what is in them. It answers from an index
// that follows the log, within a second as a rule; what a caller may see is
// judged when they ask (G10).
type Search interface {
	// Search: Invalid "query" where there is nothing to look for, Limited
	// "search" where too many searches run, Unavailable where it took too long.
	Search(ctx context.Context, r SearchRequest) (SearchFound, error)
}

// SearchRequest asks for a page of what is found.
type SearchRequest struct {
	Caller Caller
	Query  string // as the person wrote it
	Zone   string // the IANA name of the person's time zone, for dates
	Files  bool   // files instead of messages
	ByTime bool   // instead of by how well it fits
	Oldest bool   // the worst, or oldest, first
	Offset int
	Count  int
	// After continues where another page ended, whatever was posted or deleted
	// meanwhile; "" begins at Offset.
	After string
}

// SearchFound is a page of what is found.
type SearchFound struct {
	Hits  []SearchHit
	Total int // of all that the caller may see
	// Next is the After of the next page; "" after the last one.
	Next string
	// Marks are the words to be marked in what is shown.
	Marks []SearchMark
	// Partial says that the index is still being made: there may be more.
	Partial bool
}

// SearchHit is one message, or one file.
type SearchHit struct {
	Channel ChannelID
	TS      TS
	File    string // the file's id, in a search for files
	Score   float64
}

// SearchMark is a word that was looked for, as package words has them; with
// Prefix, all that begin with it.
type SearchMark struct {
	Word   string
	Prefix bool
}
