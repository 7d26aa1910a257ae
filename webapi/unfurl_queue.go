package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/unfurl"
	"taut/store"
)

const (
	unfurlWorkers    = 16
	maxUnfurlsQueued = 512
	// maxUnfurlsEach is how many messages of one workspace wait or are looked at:
	// links to a slow site hold up its own workspace first.
	maxUnfurlsEach = 16
	maxLinks       = 5 // of a message
)

// UnfurlerOptions say what an Unfurler is built of.
type UnfurlerOptions struct {
	Store *store.Store
	// Pages and Pictures fetch, each with places of its own: neither holds up the
	// other.
	Pages, Pictures *unfurl.Fetcher
	Signer          unfurl.Signer
	// PublicURL is the server's own; links to it are not fetched.
	PublicURL string
	Log       *slog.Logger
	Metrics   prometheus.Registerer // nil: none
}

// Unfurler looks at the links of messages that were posted, and attaches what it
// found. Its goroutines are its workers, which Close ends; what waits then is
// forgotten, and its messages keep their links as they are. A nil one does
// nothing.
type Unfurler struct {
	store    *store.Store
	fetchers []*unfurl.Fetcher
	pages    *unfurl.Cache
	pictures *unfurl.Fetcher
	rooms    rooms
	signer   unfurl.Signer
	own      string
	log      *slog.Logger
	done     *prometheus.CounterVec

	queue   chan unfurlJob
	stop    context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
	each   map[chat.WorkspaceID]int // waiting or looked at
}

// unfurlJob is a message with links. Its text is that in which they stand.
type unfurlJob struct {
	workspace chat.WorkspaceID
	channel   chat.ChannelID
	ts        chat.TS
	text      string
	links     []string
	pages     bool // not only pictures
	media     bool // pictures
}

// NewUnfurler starts the workers.
func NewUnfurler(o UnfurlerOptions) *Unfurler {
	ctx, cancel := context.WithCancel(context.Background())
	u := &Unfurler{
		store: o.Store, signer: o.Signer,
		fetchers: []*unfurl.Fetcher{o.Pages, o.Pictures}, pages: unfurl.NewCache(o.Pages), pictures: o.Pictures,
		rooms: rooms{each: make(map[chat.WorkspaceID]*roomOf)},
		own:   ownHost(o.PublicURL), log: o.Log.With("component", "unfurl"),
		done: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "webapi_unfurls_total",
			Help: "Messages with links, by what came of them.",
		}, []string{"outcome"}),
		queue: make(chan unfurlJob, maxUnfurlsQueued), stop: cancel, each: make(map[chat.WorkspaceID]int),
	}
	for _, outcome := range []string{"attached", "nothing", "changed", "dropped", "failed"} {
		u.done.WithLabelValues(outcome)
	}
	if o.Metrics != nil {
		o.Metrics.MustRegister(u.done)
	}
	for range unfurlWorkers {
		u.running.Go(func() { u.work(ctx) })
	}
	return u
}

// Close ends the workers and waits for them.
func (u *Unfurler) Close() {
	u.mu.Lock()
	first := !u.closed
	u.closed = true
	u.mu.Unlock()
	u.stop()
	if first {
		close(u.queue)
	}
	u.running.Wait()
	for _, f := range u.fetchers {
		f.Close()
	}
}

// offer queues a message, unless there is no room.
func (u *Unfurler) offer(j unfurlJob) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed || u.each[j.workspace] >= maxUnfurlsEach {
		u.done.WithLabelValues("dropped").Inc()
		return
	}
	select {
	case u.queue <- j:
		u.each[j.workspace]++
	default:
		u.done.WithLabelValues("dropped").Inc()
	}
}

func (u *Unfurler) work(ctx context.Context) {
	for j := range u.queue {
		if ctx.Err() == nil {
			u.done.WithLabelValues(u.look(ctx, j)).Inc()
		}
		u.mu.Lock()
		if u.each[j.workspace]--; u.each[j.workspace] == 0 {
			delete(u.each, j.workspace)
		}
		u.mu.Unlock()
	}
}

// look fetches a message's links and attaches what is worth showing.
func (u *Unfurler) look(ctx context.Context, j unfurlJob) (outcome string) {
	var found []json.RawMessage
	for _, link := range j.links {
		p, err := u.pages.Page(ctx, link)
		if err != nil || p.IsImage && !j.media || !p.IsImage && !j.pages {
			continue
		}
		a, err := encode(newPageAttachment(link, p))
		if err != nil {
			return "failed"
		}
		found = append(found, a)
	}
	if found == nil {
		return "nothing"
	}
	err := u.attach(ctx, j, found)
	switch {
	case errors.Is(err, errChanged), chat.CodeOf(err) == chat.NotFound, chat.CodeOf(err) == chat.Archived:
		return "changed"
	case err != nil:
		u.log.Warn("unfurl not attached", slog.String("workspace", string(j.workspace)), slog.Any("err", err))
		return "failed"
	}
	return "attached"
}

var errChanged = errors.New("the message is not what it was")

// attach edits the message, as the server itself, unless it was edited or
// deleted meanwhile, or has all that already.
func (u *Unfurler) attach(ctx context.Context, j unfurlJob, found []json.RawMessage) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	_, err := u.store.Workspace(j.workspace).UpdateMessage(ctx, store.Edit{
		Channel: j.channel, TS: j.ts,
		Check: func(m chat.Message) error {
			before := m.Attachments
			if m.Text != j.text || m.Subtype == chat.SubtypeTombstone {
				return errChanged
			}
			if m.Attachments = addUnfurls(m.Attachments, found, false); bytes.Equal(m.Attachments, before) {
				return errChanged
			}
			return fits(m)
		},
		Apply: func(m *chat.Message) { m.Attachments = addUnfurls(m.Attachments, found, false) },
	})
	return err
}
