//go:build mariadb

package store_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

// pair is two servers and a store on them.
type pair struct {
	*mariadb.Pair
	t     *testing.T
	dsn   string
	store *store.Store
	team  *testenv.Team
	log   *syncBuffer
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{Pair: must(mariadb.StartPair())(t), t: t, log: &syncBuffer{}}
	t.Cleanup(p.Remove)
	p.dsn = must(p.NewDatabase())(t)
	p.store = p.open()
	p.team = testenv.NewTeam(t, p.store, 1)
	return p
}

func (p *pair) open() *store.Store {
	p.t.Helper()
	return testenv.Open(p.t, func(o *store.Options) {
		o.Data, o.MySQL, o.Log = "", p.dsn, slog.New(slog.NewTextHandler(p.log, nil))
	})
}

// do fails the test with what went wrong.
func (p *pair) do(what string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// logs waits until the log says so.
func (p *pair) logs(text string) {
	p.t.Helper()
	waitFor(p.t, "the log to say "+text, func() bool { return strings.Contains(p.log.String(), text) })
}

// refuses tells whether nothing can be read or written.
func (p *pair) refuses() bool {
	_, err := p.team.User(p.t.Context(), p.team.Users[0].ID)
	return chat.CodeOf(err) == chat.Unavailable
}

// has fails unless the channel's messages are these.
func (p *pair) has(texts ...string) {
	p.t.Helper()
	var got []string
	for _, e := range p.team.Log(p.team.Channel) {
		if text, _ := payload(p.t, e)["text"].(string); e.Type == chat.TypeMessage && slices.Contains(texts, text) {
			got = append(got, text)
		}
	}
	if !slices.Equal(got, texts) {
		p.t.Errorf("the log has %q, want %q", got, texts)
	}
}

// TestPrimary lets the servers of one database change their parts.
func TestPrimary(t *testing.T) {
	p := newPair(t)
	p.examined()
	p.twoPrimaries()
	p.switchover()
	p.do("what was the primary follows", p.Rejoin())
	p.oldPrimary()
}

// oldPrimary: one that comes back and takes writes again is written by nobody, not
// even by a process that starts then, and not when the new one is gone.
func (p *pair) oldPrimary() {
	author := p.team.Users[0].ID
	p.team.Post(author, "earlier")
	old := p.Primary()
	p.do("kill", old.Down(syscall.SIGKILL))
	p.do("promote", p.Promote())
	p.team.Post(author, "after")
	p.do("the old one comes back", old.Up())
	p.do("without waiting for a replica", old.CommitAlone())
	for _, s := range []*store.Store{p.store, p.open()} {
		team := testenv.Existing(p.t, s, p.team.ID())
		team.PostTo(p.team.Channel, author, "and again")
	}
	p.do("the new one is gone", p.Primary().Down(syscall.SIGKILL))
	waitFor(p.t, "refusals", p.refuses)
	p.do("the new one comes back", p.Primary().Up())
	waitFor(p.t, "answers", func() bool { return !p.refuses() })
	p.team.Post(author, "at last")
	p.has("earlier", "after", "and again", "and again", "at last")
}

// examined: what taut doctor is told.
func (p *pair) examined() {
	h := must(store.Examine(p.t.Context(), store.Options{MySQL: p.dsn}, time.Second))(p.t)
	if len(h.Servers) != 2 || h.Schema != store.NewestSchema() {
		p.t.Fatalf("%+v", h)
	}
	primary, replica := h.Servers[0], h.Servers[1]
	if primary.Err != nil || primary.ReadOnly || primary.Term != 1 || !primary.Own || primary.Override || primary.Lasting != nil || primary.BinlogFormat != "ROW" {
		p.t.Errorf("the primary is %+v", primary)
	}
	if faults := primary.SemiSync.Faults(); len(faults) > 0 {
		p.t.Errorf("of its replication it is said: %v", faults)
	}
	if replica.Err != nil || !replica.ReadOnly || replica.Own || !replica.Binlog {
		p.t.Errorf("the replica is %+v", replica)
	}
	if strings.Contains(p.log.String(), "not safe") {
		p.t.Errorf("the log warns: %s", p.log)
	}
}

// twoPrimaries: where both say that they are the primary, neither is written.
func (p *pair) twoPrimaries() {
	p.do("the replica is writable", p.Replica().Exec("SET GLOBAL read_only = 0"))
	p.logs("are both writable")
	if !p.refuses() {
		p.t.Error("the store answers, though both are writable")
	}
	p.do("the primary is gone", p.Primary().Down(syscall.SIGKILL))
	p.logs("one of them does not answer now")
	p.do("the primary is back", p.Primary().Up())
	p.do("the replica is read-only", p.Replica().Exec("SET GLOBAL read_only = 1"))
	waitFor(p.t, "answers", func() bool { return !p.refuses() })
	p.team.Post(p.team.Users[0].ID, "x")
}

// switchover: both live, and readers go along, though their connections to what is a
// replica now are good.
func (p *pair) switchover() {
	author := p.team.Users[0].ID
	p.team.Post(author, "before")
	p.do("the primary is read-only", p.Primary().Exec("SET GLOBAL read_only = 1"))
	posted := make(chan error, 1)
	go func() {
		_, err := p.team.PostMessage(p.t.Context(), store.Post{Channel: p.team.Channel, Author: author, Message: chat.Message{Text: "during"}})
		posted <- err
	}()
	waitFor(p.t, "refusals", p.refuses)
	p.do("promote", p.Promote())
	p.do("a message that was sent meanwhile", <-posted) // one that waits for too long is refused
	waitFor(p.t, "answers", func() bool { return !p.refuses() })
	p.has("before", "during")
}

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
