package webapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"taut/chat"
)

// match is a message that was found.
type match struct {
	IID         string           `json:"iid"`
	Team        chat.WorkspaceID `json:"team"`
	Score       float64          `json:"score"`
	Channel     matchChannel     `json:"channel"`
	Type        string           `json:"type"`
	User        chat.UserID      `json:"user"`
	Username    string           `json:"username"`
	TS          chat.TS          `json:"ts"`
	Text        string           `json:"text"`
	Permalink   string           `json:"permalink"`
	NoReactions bool             `json:"no_reactions"`
	Blocks      json.RawMessage  `json:"blocks,omitempty"`
	Attachments json.RawMessage  `json:"attachments,omitempty"`
	Files       json.RawMessage  `json:"files,omitempty"`
	Previous    *neighbour       `json:"previous,omitempty"`
	Previous2   *neighbour       `json:"previous_2,omitempty"`
	Next        *neighbour       `json:"next,omitempty"`
}

// matchChannel is where it was found: fewer keys than other methods have.
type matchChannel struct {
	ID                 chat.ChannelID `json:"id"`
	Name               string         `json:"name"` // of a DM, the other's id
	NameNormalized     string         `json:"name_normalized"`
	User               chat.UserID    `json:"user,omitempty"` // of a DM, the other
	IsChannel          bool           `json:"is_channel"`
	IsGroup            bool           `json:"is_group"`
	IsIM               bool           `json:"is_im"`
	IsMPIM             bool           `json:"is_mpim"`
	IsPrivate          bool           `json:"is_private"`
	IsShared           bool           `json:"is_shared"`
	IsOrgShared        bool           `json:"is_org_shared"`
	IsExtShared        bool           `json:"is_ext_shared"`
	IsPendingExtShared bool           `json:"is_pending_ext_shared"`
	PendingShared      []string       `json:"pending_shared"`
}

// neighbour is a message beside the one that was found.
type neighbour struct {
	IID      string      `json:"iid"`
	Type     string      `json:"type"`
	User     chat.UserID `json:"user,omitempty"`
	Username string      `json:"username"`
	TS       chat.TS     `json:"ts"`
	Text     string      `json:"text"`
}

// findMessages gives the page's messages as they are now. The index may be a
// moment behind: what has gone meanwhile, or may not be seen any more, is left
// out.
func (q *request) findMessages(ctx context.Context, p searchPage) (list found[match], err error) {
	result, err := q.server.search.Search(ctx, p.request)
	if err != nil {
		return list, err
	}
	matches, dropped := []match{}, 0
	look := matchLook{q: q, channels: map[chat.ChannelID]*chat.Channel{}, names: map[chat.UserID]string{}}
	for _, hit := range result.Hits {
		m, err := look.match(ctx, hit)
		if chat.CodeOf(err) == chat.NotFound {
			dropped++
			continue
		}
		if err != nil {
			return list, err
		}
		if p.mark {
			m.Text = markWords(m.Text, result.Marks)
		}
		matches = append(matches, m)
	}
	result.Total = max(result.Total-dropped, len(matches))
	return newFound(p, result, matches), nil
}

// matchLook looks up what matches have in common, each once.
type matchLook struct {
	q        *request
	channels map[chat.ChannelID]*chat.Channel
	names    map[chat.UserID]string
}

func (l *matchLook) match(ctx context.Context, hit chat.SearchHit) (match, error) {
	c, err := l.channel(ctx, hit.Channel)
	if err != nil {
		return match{}, err
	}
	m, before, after, err := l.q.workspace.Around(ctx, hit.Channel, hit.TS)
	if err != nil {
		return match{}, err
	}
	l.q.present(&m, false)
	a := match{
		IID: iid(c.ID, m.TS), Team: c.Workspace, Score: hit.Score, Channel: l.q.matchChannel(*c), Type: chat.TypeMessage,
		User: m.User, TS: m.TS, Text: m.Text, Permalink: l.q.permalink(c.ID, m), NoReactions: len(m.Reactions) == 0,
		Blocks: m.Blocks, Attachments: m.Attachments, Files: m.Files,
	}
	if a.Username, err = l.name(ctx, m); err != nil {
		return a, err
	}
	for i, place := range []**neighbour{&a.Previous, &a.Previous2} {
		if i < len(before) {
			if *place, err = l.neighbour(ctx, c.ID, before[i]); err != nil {
				return a, err
			}
		}
	}
	if len(after) > 0 {
		a.Next, err = l.neighbour(ctx, c.ID, after[0])
	}
	return a, err
}

// channel is a channel that the caller may see now. NotFound "channel".
func (l *matchLook) channel(ctx context.Context, id chat.ChannelID) (*chat.Channel, error) {
	if c, known := l.channels[id]; known {
		if c == nil {
			return nil, chat.NewError(chat.NotFound, "channel")
		}
		return c, nil
	}
	c, err := l.q.channel(ctx, id)
	if err != nil {
		l.channels[id] = nil
		return nil, err
	}
	l.channels[id] = &c
	return &c, nil
}

func (l *matchLook) neighbour(ctx context.Context, c chat.ChannelID, m chat.Message) (*neighbour, error) {
	name, err := l.name(ctx, m)
	return &neighbour{IID: iid(c, m.TS), Type: chat.TypeMessage, User: m.User, Username: name, TS: m.TS, Text: m.Text}, err
}

// name is the author's: the one that the message itself gives, or the handle.
func (l *matchLook) name(ctx context.Context, m chat.Message) (string, error) {
	if m.Username != "" || m.User == "" {
		return m.Username, nil
	}
	if name, known := l.names[m.User]; known {
		return name, nil
	}
	u, err := l.q.workspace.User(ctx, m.User)
	if chat.CodeOf(err) == chat.NotFound {
		u, err = chat.User{}, nil
	}
	if err == nil {
		l.names[m.User] = u.Name
	}
	return u.Name, err
}

func (q *request) matchChannel(c chat.Channel) matchChannel {
	o := matchChannel{
		ID: c.ID, Name: c.Name, NameNormalized: c.Name, IsChannel: c.Type == chat.PublicChannel || c.Type == chat.PrivateChannel,
		IsGroup: c.Type == chat.GroupDM, IsIM: c.Type == chat.DM, IsMPIM: c.Type == chat.GroupDM, IsPrivate: c.Type != chat.PublicChannel,
		PendingShared: []string{},
	}
	if c.Type == chat.DM {
		o.User = c.Other(q.caller.User)
		o.Name, o.NameNormalized = string(o.User), string(o.User)
	}
	return o
}

// iid names a match: the same message has the same one in each search.
func iid(c chat.ChannelID, ts chat.TS) string {
	sum := sha256.Sum256([]byte(string(c) + " " + ts.String()))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
