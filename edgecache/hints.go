package edgecache

import (
	"container/list"
	"strings"
	"sync"
	"time"

	"taut/chat"
)

const (
	// hintBytes are what all hints may take.
	hintBytes = 64 << 20
	// hintIdle is how long one is kept that nobody asks for. Clients stay connected for
	// days, and it is when they come back that it is of use.
	hintIdle = 7 * 24 * time.Hour
	// hintCost is about what one takes besides its texts: its places in the map and in
	// the list, with what these have in reserve.
	hintCost = 320
)

// person is whose channels a hint names.
type person struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

// hints remember in which channels people were when their clients last connected, the
// latest used as far as there is room. Joins and leaves are not followed: who goes by a
// hint is told the truth before anything comes of it.
type hints struct {
	most int64 // bytes

	mu    sync.Mutex
	known map[person]*list.Element // of hint; guarded by mu
	order *list.List               // the latest used first; guarded by mu
	bytes int64                    // guarded by mu
}

// hint has the channels in one text, which takes less than half of a list of them.
type hint struct {
	of       person
	channels string
	used     time.Time
}

func newHints(most int64) *hints {
	return &hints{most: most, known: map[person]*list.Element{}, order: list.New()}
}

func (h *hint) size() int64 {
	return int64(hintCost + len(h.of.workspace) + len(h.of.user) + len(h.channels))
}

// keep remembers the person's channels in place of others.
func (h *hints) keep(p person, channels []chat.Membership) {
	// The ids may be parts of larger texts, which are not to be kept by that.
	p = person{chat.WorkspaceID(strings.Clone(string(p.workspace))), chat.UserID(strings.Clone(string(p.user)))}
	kept := &hint{of: p, channels: joined(channels), used: time.Now()}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(h.known[p])
	if len(channels) == 0 || kept.size() > h.most {
		return
	}
	h.known[p] = h.order.PushFront(kept)
	for h.bytes += kept.size(); h.bytes > h.most; {
		h.remove(h.order.Back())
	}
}

// of are the channels that are remembered of a person.
func (h *hints) of(p person) (channels []chat.ChannelID) {
	for id := range strings.FieldsSeq(h.textOf(p)) {
		channels = append(channels, chat.ChannelID(strings.Clone(id))) // who keeps one keeps not all
	}
	return channels
}

func (h *hints) textOf(p person) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.known[p]
	if at == nil {
		return ""
	}
	h.order.MoveToFront(at)
	kept := at.Value.(*hint)
	kept.used = time.Now()
	return kept.channels
}

// drop forgets a person.
func (h *hints) drop(p person) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(h.known[p])
}

// sweep forgets whom nobody asked for since then.
func (h *hints) sweep(since time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for at := h.order.Back(); at != nil && at.Value.(*hint).used.Before(since); at = h.order.Back() {
		h.remove(at)
	}
}

// remove is under mu; nil: there is nothing to remove.
func (h *hints) remove(at *list.Element) {
	if at == nil {
		return
	}
	old := h.order.Remove(at).(*hint)
	delete(h.known, old.of)
	h.bytes -= old.size()
}

func (h *hints) size() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bytes
}

func joined(channels []chat.Membership) string {
	var text strings.Builder
	for _, m := range channels {
		if text.Len() > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(string(m.Channel))
	}
	return text.String()
}
