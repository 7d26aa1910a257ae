package search

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"taut/chat"
)

// user finds whom a value names: me, @name, <@U…> or an id; "" for nobody.
func (p *planner) user(ctx context.Context, value string) (chat.UserID, error) {
	if id, ok := inBrackets(value, "<@"); ok {
		value = id
	}
	name := strings.TrimPrefix(value, "@")
	if strings.EqualFold(name, "me") {
		return p.request.Caller.User, nil
	}
	if chat.ValidID(name, "UW") {
		return chat.UserID(name), nil
	}
	u, err := p.workspace.UserByName(ctx, name)
	if chat.CodeOf(err) == chat.NotFound && strings.Contains(name, "@") {
		u, err = p.workspace.UserByEmail(ctx, name)
	}
	if chat.CodeOf(err) == chat.NotFound {
		return "", nil
	}
	return u.ID, err
}

// inBrackets takes the id out of <@U…|name>.
func inBrackets(value, begin string) (string, bool) {
	value, ok := strings.CutPrefix(value, begin)
	if !ok {
		return "", false
	}
	id, _, _ := strings.Cut(strings.TrimSuffix(value, ">"), "|")
	return id, true
}

// from: who wrote it.
func (p *planner) from(ctx context.Context, g group) error {
	var tags []string
	for _, value := range g.values {
		if chat.ValidID(value, "B") {
			tags = append(tags, tagBot+value)
			continue
		}
		id, err := p.user(ctx, value)
		if err != nil {
			return err
		}
		if id != "" {
			tags = append(tags, tagFrom+string(id))
		}
	}
	return p.require(ctx, g, tags)
}

// in: where it was written. A channel that the caller may not read is none.
func (p *planner) in(ctx context.Context, g group) error {
	found := map[int64]bool{}
	for _, value := range g.values {
		id, err := p.channel(ctx, value)
		if err != nil {
			return err
		}
		numbers, err := p.server.x.streamNumbers(ctx, p.plan.workspace, []chat.ChannelID{id})
		if err != nil {
			return err
		}
		if num, ok := numbers[id]; ok {
			found[num] = true
		}
	}
	if g.not {
		if p.plan.notIn == nil {
			p.plan.notIn = map[int64]bool{}
		}
		for num := range found {
			p.plan.notIn[num] = true
		}
		return nil
	}
	p.plan.in = found
	return nil
}

// channel finds which conversation a value names: #name, <#C…>, an id, or @user
// for the one with them; "" for none.
func (p *planner) channel(ctx context.Context, value string) (chat.ChannelID, error) {
	if id, ok := inBrackets(value, "<#"); ok {
		value = id
	}
	if chat.ValidID(value, "CDG") {
		return chat.ChannelID(value), nil
	}
	if strings.HasPrefix(value, "@") || strings.HasPrefix(value, "<@") || chat.ValidID(value, "UW") || strings.EqualFold(value, "me") {
		return p.dmWith(ctx, value)
	}
	c, err := p.workspace.ChannelByName(ctx, strings.TrimPrefix(value, "#"))
	if chat.CodeOf(err) == chat.NotFound {
		return "", nil
	}
	return c.ID, err
}

func (p *planner) dmWith(ctx context.Context, value string) (chat.ChannelID, error) {
	user, err := p.user(ctx, value)
	if err != nil || user == "" {
		return "", err
	}
	id, err := p.workspace.FindDM(ctx, []chat.UserID{p.request.Caller.User, user})
	if chat.CodeOf(err) == chat.NotFound {
		return "", nil
	}
	return id, err
}

// maxDMs bounds the caller's conversations that are looked through for somebody.
const maxDMs = 5_000

// directMessages are the caller's DMs and group DMs with somebody.
func (p *planner) directMessages(ctx context.Context, with chat.UserID) ([]chat.ChannelID, error) {
	ids := []chat.ChannelID{}
	for id := range p.plan.mine {
		ids = append(ids, id)
	}
	channels, err := p.workspace.DMsAmong(ctx, ids, maxDMs)
	if err != nil {
		return nil, err
	}
	ids = ids[:0]
	for _, c := range channels {
		if slices.Contains(c.DMUsers, with) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

// to: what was sent to somebody: in a DM with them, by another, or with their
// name in it.
func (p *planner) to(ctx context.Context, g group) error {
	user, streams, err := p.partner(ctx, g.values[0])
	if err != nil || user == "" {
		return orNone(p, g, err)
	}
	tags, err := p.server.x.tagNumbers(ctx, p.plan.tenant, []string{tagMentions + string(user)})
	if err != nil {
		return err
	}
	authors, err := p.server.x.tagNumbers(ctx, p.plan.tenant, []string{tagFrom + string(user)})
	if err != nil {
		return err
	}
	p.where(g, "("+p.stream()+" IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1 FROM tags x WHERE x.id = d.id AND x.tag IN (SELECT value FROM json_each(?))))"+
		" AND d.author NOT IN (SELECT value FROM json_each(?))", jsonList(streams), jsonList(tags), jsonList(authors))
	return nil
}

// with: DMs with somebody, and the threads in which they wrote.
func (p *planner) with(ctx context.Context, g group) error {
	user, streams, err := p.partner(ctx, g.values[0])
	if err != nil || user == "" {
		return orNone(p, g, err)
	}
	authors, err := p.server.x.tagNumbers(ctx, p.plan.tenant, []string{tagFrom + string(user)})
	if err != nil {
		return err
	}
	p.where(g, "("+p.stream()+" IN (SELECT value FROM json_each(?)) OR d.thread <> 0 AND EXISTS (SELECT 1 FROM docs x WHERE x.id >> 32 = d.id >> 32"+
		" AND x.thread = d.thread AND x.thread <> 0 AND x.author IN (SELECT value FROM json_each(?))))", jsonList(streams), jsonList(authors))
	return nil
}

func orNone(p *planner, g group, err error) error {
	if err != nil {
		return err
	}
	return p.none(g)
}

// partner is whom a value names, and the streams of the caller's DMs with them.
func (p *planner) partner(ctx context.Context, value string) (chat.UserID, []int64, error) {
	user, err := p.user(ctx, value)
	if err != nil || user == "" {
		return "", nil, err
	}
	ids, err := p.directMessages(ctx, user)
	if err != nil {
		return "", nil, err
	}
	numbers, err := p.server.x.streamNumbers(ctx, p.plan.workspace, ids)
	streams := []int64{}
	for _, num := range numbers {
		streams = append(streams, num)
	}
	return user, streams, err
}

// jsonList is a list as an argument of json_each.
func jsonList(list []int64) string {
	if list == nil {
		list = []int64{}
	}
	text, _ := json.Marshal(list) // whole numbers can't fail
	return string(text)
}
