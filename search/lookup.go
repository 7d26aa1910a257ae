package search

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"taut/chat"
	"taut/store"
)

// tenant is a workspace's number; 0, which no word has, where nothing of it is
// indexed.
func (x *index) tenant(ctx context.Context, w chat.WorkspaceID) (num int64, err error) {
	err = x.read.QueryRowContext(ctx, "SELECT num FROM tenants WHERE workspace = ?", string(w)).Scan(&num)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return num, err
}

// tagNumbers are those of the tags that any document has.
func (x *index) tagNumbers(ctx context.Context, tenant int64, names []string) ([]int64, error) {
	list, err := json.Marshal(names)
	if err != nil {
		return nil, err
	}
	rows, err := x.read.QueryContext(ctx, "SELECT num FROM tag_names WHERE tenant = ? AND name IN (SELECT value FROM json_each(?))", tenant, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var nums []int64
	for rows.Next() {
		var num int64
		if err := rows.Scan(&num); err != nil {
			return nil, err
		}
		nums = append(nums, num)
	}
	return nums, rows.Err()
}

// streamNumbers are those of the workspace's channels that are indexed.
func (x *index) streamNumbers(ctx context.Context, w chat.WorkspaceID, channels []chat.ChannelID) (map[chat.ChannelID]int64, error) {
	list, err := json.Marshal(channels)
	if err != nil {
		return nil, err
	}
	rows, err := x.read.QueryContext(ctx, "SELECT stream, num FROM streams WHERE workspace = ? AND stream IN (SELECT value FROM json_each(?))",
		string(w), string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[chat.ChannelID]int64{}
	for rows.Next() {
		var id chat.ChannelID
		var num int64
		if err := rows.Scan(&id, &num); err != nil {
			return nil, err
		}
		found[id] = num
	}
	return found, rows.Err()
}

// readable are the numbers of all streams that the plan's caller may read.
func (x *index) readable(ctx context.Context, p *plan) ([]int64, error) {
	rows, err := x.read.QueryContext(ctx, "SELECT num, stream, type FROM streams WHERE workspace = ?", string(p.workspace))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var nums []int64
	for rows.Next() {
		var num int64
		var id chat.ChannelID
		var kind chat.ChannelType
		if err := rows.Scan(&num, &id, &kind); err != nil {
			return nil, err
		}
		if p.mayRead(id, kind) {
			nums = append(nums, num)
		}
	}
	return nums, rows.Err()
}

// mayRead: members read what they are in, and public channels; guests only what
// they are in.
func (p *plan) mayRead(id chat.ChannelID, kind chat.ChannelType) bool {
	return p.mine[id] || kind == chat.PublicChannel && !p.guest
}

// visible judges streams for one search, each once.
type visible struct {
	ctx    context.Context
	x      *index
	plan   *plan
	seen   map[int64]place
	misses int
	// openly are the streams that gave something and are shown only because they were
	// public when they were indexed.
	openly map[int64]chat.ChannelID
}

// place is a stream as the caller sees it.
type place struct {
	id            chat.ChannelID
	shown, openly bool
}

const (
	// maxMisses is after how many streams that were looked up one by one all of
	// the workspace's are read at once.
	maxMisses = 40
	maxPlaces = 50_000
)

func (v *visible) at(stream int64) (place, error) {
	if p, ok := v.seen[stream]; ok {
		return p, nil
	}
	condition, arg := "num = ?", any(stream)
	if v.misses++; v.misses == maxMisses {
		condition, arg = "workspace = ?", string(v.plan.workspace)
	}
	if err := v.look(condition, arg); err != nil {
		return place{}, err
	}
	if _, ok := v.seen[stream]; !ok && v.misses == maxMisses {
		return v.at(stream)
	}
	p := v.seen[stream] // of a stream that is not there, nothing is shown
	v.seen[stream] = p
	return p, nil
}

// shows tells whether the caller sees what is in a stream.
func (v *visible) shows(stream int64) (bool, error) {
	p, err := v.at(stream)
	if p.openly && err == nil {
		v.openly[stream] = p.id
	}
	return p.shown, err
}

// confirm asks the store which of the streams that were shown openly are public still: the
// index follows a conversion by a moment. It hides the others and tells whether there are any.
func (v *visible) confirm(w *store.Workspace) (hid bool, err error) {
	public, err := w.PublicAmong(v.ctx, slices.Collect(maps.Values(v.openly)))
	if err != nil {
		return false, err
	}
	for stream, id := range v.openly {
		if !public[id] {
			v.seen[stream], hid = place{id: id}, true
		}
	}
	clear(v.openly)
	return hid, nil
}

func (v *visible) look(condition string, arg any) error {
	rows, err := v.x.read.QueryContext(v.ctx, "SELECT num, workspace, stream, type FROM streams WHERE "+condition+" LIMIT ?", arg, maxPlaces)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var num int64
		var w chat.WorkspaceID
		var p place
		var kind chat.ChannelType
		if err := rows.Scan(&num, &w, &p.id, &kind); err != nil {
			return err
		}
		if _, judged := v.seen[num]; judged {
			continue // perhaps by the store, which knows better
		}
		p.shown = w == v.plan.workspace && v.plan.mayRead(p.id, kind) && (v.plan.in == nil || v.plan.in[num]) && !v.plan.notIn[num]
		p.openly = p.shown && !v.plan.mine[p.id]
		v.seen[num] = p
	}
	return rows.Err()
}
