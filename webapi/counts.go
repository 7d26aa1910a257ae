package webapi

import (
	"context"
	"encoding/json"
	"strings"

	"taut/chat"
	"taut/store"
)

// countsAnswer is undocumented; clients of people ask for it at start.
type countsAnswer struct {
	reply
	Channels []channelCounts `json:"channels"`
	MPIMs    []channelCounts `json:"mpims"`
	IMs      []channelCounts `json:"ims"`
	Threads  threadCounts    `json:"threads"`
}

type channelCounts struct {
	ID           chat.ChannelID `json:"id"`
	LastRead     string         `json:"last_read"`
	Latest       string         `json:"latest"`
	MentionCount int            `json:"mention_count"`
	HasUnreads   bool           `json:"has_unreads"`
}

type threadCounts struct {
	HasUnreads   bool `json:"has_unreads"`
	MentionCount int  `json:"mention_count"`
	UnreadCount  int  `json:"unread_count"` // of threads
}

// clientCounts tells of each of the caller's conversations whether something in
// it is unread, and how often it mentions the caller. In a DM all does. A muted
// conversation never shows what is unread, but who is mentioned there by name.
func (s *Server) clientCounts(ctx context.Context, q *request) (answer, error) {
	a := &countsAnswer{Channels: []channelCounts{}, MPIMs: []channelCounts{}, IMs: []channelCounts{}}
	muted, err := q.muted(ctx)
	if err != nil {
		return nil, err
	}
	query := store.ChannelQuery{Types: allTypes, ExcludeArchived: true, MemberOf: q.caller.User, Limit: maxPage}
	for {
		page, err := q.workspace.Channels(ctx, query)
		if err != nil {
			return nil, err
		}
		if err := q.addCounts(ctx, a, page, muted); err != nil {
			return nil, err
		}
		if len(page) < maxPage {
			return a, q.addThreadCounts(ctx, &a.Threads)
		}
		query.After = page[len(page)-1].ID
	}
}

// muted are the conversations of which the caller wants to hear only mentions.
func (q *request) muted(ctx context.Context) (map[string]bool, error) {
	prefs, err := q.workspace.Prefs(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	var list string
	if json.Unmarshal(prefs["muted_channels"], &list) != nil { // not set, or a client's mistake
		return nil, nil
	}
	muted := make(map[string]bool)
	for id := range strings.SplitSeq(list, ",") {
		muted[strings.TrimSpace(id)] = true
	}
	return muted, nil
}

// addThreadCounts counts in the threads that the caller follows.
func (q *request) addThreadCounts(ctx context.Context, c *threadCounts) error {
	n, err := q.workspace.ThreadCounts(ctx, q.followed())
	c.HasUnreads, c.UnreadCount, c.MentionCount = n.Threads > 0, n.Threads, n.Mentions
	return err
}

func (q *request) addCounts(ctx context.Context, a *countsAnswer, page []chat.Channel, muted map[string]bool) error {
	ids := make([]chat.ChannelID, len(page))
	for i, c := range page {
		ids[i] = c.ID
	}
	unread, err := q.workspace.Unread(ctx, q.caller.User, ids)
	if err != nil {
		return err
	}
	for _, c := range page {
		u := unread[c.ID]
		n := channelCounts{c.ID, orNoTS(u.LastRead), orNoTS(u.Latest), u.Mentions, u.Count > 0}
		if muted[string(c.ID)] {
			n.MentionCount, n.HasUnreads = u.Named, false
		}
		switch c.Type {
		case chat.DM:
			a.IMs = append(a.IMs, n)
		case chat.GroupDM:
			a.MPIMs = append(a.MPIMs, n)
		default:
			a.Channels = append(a.Channels, n)
		}
	}
	return nil
}

// orNoTS writes a ts, and zeros for none.
func orNoTS(ts chat.TS) string {
	if ts == 0 {
		return noTS
	}
	return ts.String()
}
