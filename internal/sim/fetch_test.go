package sim

import (
	"context"

	"taut/chat"
	"taut/internal/history"
	"taut/store"
)

// fetch brings what a discontinuity left out: of the own stream the user's
// channels, as users.conversations does, of a channel its history. What fails is
// fetched after the next hello. Called with the client's mu.
func (c *client) fetch(id chat.StreamID) {
	p, conn := c.world.current(), c.conn
	if p == nil {
		return
	}
	team := p.store.Workspace(c.world.team)
	c.world.aside.Go(func() {
		var snapshot chat.MembershipSnapshot
		var found []chat.TS
		var err error
		if id == chat.StreamID(c.user) {
			snapshot, err = team.Memberships(context.Background(), c.user)
		} else {
			found, err = wholeHistory(team, chat.ChannelID(id))
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if err != nil || c.conn != conn || c.world.current() != p || c.world.dying.Load() {
			return
		}
		delete(c.refetch, id)
		c.add(history.Record{Kind: history.Fetched, Stream: id, Found: found})
		c.world.count("fetched")
		c.follow(snapshot)
	})
}

// follow resumes the channels that the client didn't know, from their begin or
// from where it left them.
func (c *client) follow(snapshot chat.MembershipSnapshot) {
	var news []chat.StreamID
	for _, m := range snapshot.Channels {
		if id := chat.StreamID(m.Channel); c.streams[id] == nil {
			c.streams[id] = &follow{seq: c.left[id]}
			news = append(news, id)
		}
	}
	if len(news) > 0 {
		c.resume(c.incarnation, news)
	}
}

func wholeHistory(team *store.Workspace, ch chat.ChannelID) (found []chat.TS, err error) {
	for q := (store.Range{Limit: 500}); ; {
		page, more, err := team.History(context.Background(), ch, q)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			found = append(found, m.TS)
			q.Latest = m.TS
		}
		if !more {
			return found, nil
		}
	}
}
