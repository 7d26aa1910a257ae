package search

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"taut/chat"
	"taut/store"
)

// has: link, file, image, pin, reaction, :emoji:.
func (p *planner) has(ctx context.Context, g group) error {
	value := strings.ToLower(g.values[0])
	if name, ok := strings.CutPrefix(value, ":"); ok {
		name, _, _ = strings.Cut(strings.TrimSuffix(name, ":"), "::")
		return p.require(ctx, g, []string{tagEmoji + name})
	}
	switch strings.TrimSuffix(value, "s") {
	case "link", "url":
		return p.require(ctx, g, []string{tagLink})
	case "file", "attachment":
		return p.require(ctx, g, []string{tagFile})
	case "image", "picture":
		return p.require(ctx, g, []string{tagImage})
	case "pin":
		return p.require(ctx, g, []string{tagPin})
	case "reaction", "emoji":
		return p.require(ctx, g, []string{tagReaction})
	case "star":
		return p.saved(ctx, g)
	}
	return p.none(g)
}

// is: thread, saved, pinned.
func (p *planner) is(ctx context.Context, g group) error {
	switch strings.ToLower(g.values[0]) {
	case "thread", "threads", "reply":
		p.plan.thread = 1
		if g.not {
			p.plan.thread = -1
		}
		return nil
	case "saved", "later", "starred":
		return p.saved(ctx, g)
	case "pinned":
		return p.require(ctx, g, []string{tagPin})
	}
	return p.none(g)
}

// saved: what the caller keeps for later.
func (p *planner) saved(ctx context.Context, g group) error {
	var items []store.Saved
	for q := (store.SavedQuery{State: store.SavedOpen}); ; q.After = items[len(items)-1] {
		page, more, err := p.workspace.SavedItems(ctx, p.request.Caller.User, q)
		if err != nil {
			return err
		}
		if items = append(items, page...); !more {
			break
		}
	}
	channels := make([]chat.ChannelID, len(items))
	for i, item := range items {
		channels[i] = item.Channel
	}
	numbers, err := p.server.x.streamNumbers(ctx, p.plan.workspace, channels)
	if err != nil {
		return err
	}
	// Pairs of a stream and a ts; a document is found by both.
	pairs := [][2]int64{}
	for _, item := range items {
		if num, ok := numbers[item.Channel]; ok {
			pairs = append(pairs, [2]int64{num, int64(item.TS)})
		}
	}
	list, err := json.Marshal(pairs)
	if err != nil {
		return err
	}
	p.where(g, "EXISTS (SELECT 1 FROM json_each(?) s WHERE s.value ->> 0 = "+p.stream()+" AND s.value ->> 1 = d.ts)", string(list))
	return nil
}

// stream is SQL for the number of a document's stream.
func (p *planner) stream() string {
	if p.plan.files {
		return "((d.id - " + strconv.FormatInt(fileBit, 10) + ") >> " + strconv.Itoa(fileBits+seqBits) + ")"
	}
	return "(d.id >> " + strconv.Itoa(seqBits) + ")"
}

func (p *planner) where(g group, sql string, args ...any) {
	if g.not {
		sql = "NOT (" + sql + ")"
	}
	p.plan.where = append(p.plan.where, condition{sql, args})
}
