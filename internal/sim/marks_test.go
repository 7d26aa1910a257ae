package sim

import (
	"context"
	"encoding/json"
	"regexp"
	"sync"

	"taut/chat"
	"taut/store"
)

// Every message that may be edited or deleted has a mark in its text that no
// other has, and each edited version one of its own.

func newMark() string    { return "mark-" + chat.NewSecret(12) }
func newVersion() string { return "version-" + chat.NewSecret(12) }

var (
	markForm    = regexp.MustCompile(`mark-[0-9a-f]{12}`)
	versionForm = regexp.MustCompile(`version-[0-9a-f]{12}`)
)

func markOf(text string) string { return markForm.FindString(text) }

// marks are those that must not be found: gone of deleted messages, anywhere;
// old of versions that were edited out, in pages of messages.
type marks struct {
	mu        sync.Mutex
	n         int            // guarded by mu: how many there are
	gone, old map[string]int // guarded by mu: which one it is
}

func newMarks() *marks { return &marks{gone: map[string]int{}, old: map[string]int{}} }

func (m *marks) deleted(mark string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if mark != "" {
		m.n++
		m.gone[mark] = m.n
	}
}

func (m *marks) replaced(text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v := versionForm.FindString(text); v != "" {
		m.n++
		m.old[v] = m.n
	}
}

// forget: the log is an older one, in which all may be there again.
func (m *marks) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.gone)
	clear(m.old)
}

// now is how many there are: what is read later must not hold them.
func (m *marks) now() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n
}

// in gives one of the first n marks that the text holds, "" for none; those of
// old versions count in a page.
func (m *marks) in(text []byte, n int, page bool) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, found := range markForm.FindAll(text, -1) {
		if i := m.gone[string(found)]; i > 0 && i <= n {
			return string(found)
		}
	}
	for _, found := range versionForm.FindAll(text, -1) {
		if i := m.old[string(found)]; page && i > 0 && i <= n {
			return string(found)
		}
	}
	return ""
}

// searchLog looks for what was deleted in all events of a stream.
func (w *world) searchLog(s *store.Store, id chat.StreamID) {
	stream := chat.Stream{Workspace: w.team, ID: id}
	for after := int64(0); ; {
		n := w.marks.now()
		page, err := s.Read(context.Background(), chat.ReadRequest{Stream: stream, After: after, Limit: 1000})
		if err != nil {
			return // the store closes; its end is searched, too
		}
		w.search("the log", n, page.Events)
		if after = page.Next; after >= page.Head || page.Gone {
			return
		}
	}
}

func (w *world) search(where string, n int, events []chat.Event) {
	for _, e := range events {
		if mark := w.marks.in(e.Payload, n, false); mark != "" {
			w.fault("%s of deleted content is in %s: %s %d %s", mark, where, e.Stream.ID, e.Seq, e.Payload)
		}
	}
}

// searchPages looks for what was deleted or edited out in the pages that a
// channel's readers get.
func (w *world) searchPages(ctx context.Context, team *store.Workspace, ch chat.ChannelID) {
	n := w.marks.now()
	page, _, err := team.History(ctx, ch, store.Range{Limit: 200})
	if err != nil {
		return
	}
	for _, m := range page {
		w.searchMessage("the history", n, m)
		if m.ReplyCount > 0 {
			replies, _, _ := team.Replies(ctx, ch, m.TS, store.Range{Limit: 200})
			for _, r := range replies {
				w.searchMessage("the thread", n, r)
			}
		}
	}
}

func (w *world) searchMessage(where string, n int, m chat.Message) {
	text, err := json.Marshal(m)
	if err != nil {
		w.fault("a message that is no JSON: %v", err)
	}
	if mark := w.marks.in(text, n, true); mark != "" {
		w.fault("%s is in %s: %s", mark, where, text)
	}
}

// searchMemory looks for the first n marks in what the channel servers serve,
// from memory as far as that reaches. What was deleted a moment ago they may
// not know yet.
func (w *world) searchMemory(ctx context.Context, p *process, n int, id chat.StreamID) {
	for _, o := range p.owners {
		link, err := o.server.Attach(ctx, "probe "+chat.NewSecret(4), deafSink{})
		if err != nil {
			return // it ends
		}
		// One by one, as memory begins somewhere and the log serves what lies before.
		for after := max(0, w.head(id)-60); ; after++ {
			page, err := link.Read(ctx, chat.ReadRequest{Stream: chat.Stream{Workspace: w.team, ID: id}, After: after, Limit: 1})
			if err != nil || after >= page.Head {
				break
			}
			if w.dying.Load() || w.current() != p {
				return // it follows the log no more, and nobody is served by it
			}
			w.search("memory", n, page.Events)
		}
		link.Close()
	}
}

// deafSink takes nothing.
type deafSink struct{}

func (deafSink) Deliver([]chat.Event) bool        { return false }
func (deafSink) Whisper(chat.Ephemeral)           {}
func (deafSink) Heartbeat([]chat.Head, chat.Mark) {}
