package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/fair"
	"taut/internal/unfurl"
	"taut/store"
)

const (
	// maxUnfurls messages are looked at at once, a quarter of them of one
	// workspace: links to a slow site hold up their own workspace only.
	maxUnfurls       = 16
	maxUnfurlsQueued = 512
	// maxUnfurlsEach is how many messages of one workspace wait or are looked at.
	maxUnfurlsEach = 16
	maxLinks       = 5 // of a message
	// linksTime is what all links of a message may take together.
	linksTime = 5 * time.Second
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
// found. Its goroutines, one for each message that waits or is looked at, Close
// ends; such messages keep their links as they are. A nil one does
// nothing.
type Unfurler struct {
	store    *store.Store
	fetchers []*unfurl.Fetcher
	pages    *unfurl.Cache
	pictures *unfurl.Fetcher
	looking  *fair.Gate // of messages
	showing  *fair.Gate // of pictures
	signer   unfurl.Signer
	own      string
	log      *slog.Logger
	done     *prometheus.CounterVec

	life    context.Context
	stop    context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
	queued int
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

// NewUnfurler makes one; it starts nothing yet.
func NewUnfurler(o UnfurlerOptions) *Unfurler {
	ctx, cancel := context.WithCancel(context.Background())
	u := &Unfurler{
		store: o.Store, signer: o.Signer,
		fetchers: []*unfurl.Fetcher{o.Pages, o.Pictures}, pages: unfurl.NewCache(o.Pages), pictures: o.Pictures,
		looking: fair.New("unfurls", fair.Limits{All: maxUnfurls, Each: maxUnfurls / 4, Waiting: maxUnfurlsEach}, o.Metrics),
		showing: fair.New("pictures of others", fair.Limits{All: maxPictures, Each: maxPicturesEach, Waiting: maxWaitingPictures}, o.Metrics),
		own:     o.PublicURL, log: o.Log.With("component", "unfurl"),
		done: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "webapi_unfurls_total",
			Help: "Messages with links, by what came of them.",
		}, []string{"outcome"}),
		life: ctx, stop: cancel, each: make(map[chat.WorkspaceID]int),
	}
	for _, outcome := range []string{"attached", "nothing", "changed", "dropped", "failed"} {
		u.done.WithLabelValues(outcome)
	}
	if o.Metrics != nil {
		o.Metrics.MustRegister(u.done)
	}
	return u
}

// Close ends what it is at and waits for that.
func (u *Unfurler) Close() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.stop()
	u.running.Wait()
	for _, f := range u.fetchers {
		f.Close()
	}
}

// offer looks at a message in its workspace's turn, unless too many wait.
func (u *Unfurler) offer(j unfurlJob) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed || u.queued >= maxUnfurlsQueued || u.each[j.workspace] >= maxUnfurlsEach {
		u.done.WithLabelValues("dropped").Inc()
		return
	}
	u.queued++
	u.each[j.workspace]++
	u.running.Go(func() { u.work(j) })
}

func (u *Unfurler) work(j unfurlJob) {
	if u.looking.Enter(u.life, j.workspace) == nil {
		u.done.WithLabelValues(u.look(u.life, j)).Inc()
		u.looking.Leave(j.workspace)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.queued--
	if u.each[j.workspace]--; u.each[j.workspace] == 0 {
		delete(u.each, j.workspace)
	}
}

// look fetches a message's links and attaches what is worth showing.
func (u *Unfurler) look(ctx context.Context, j unfurlJob) (outcome string) {
	var found []json.RawMessage
	for i, p := range u.fetch(ctx, j.links) {
		if p == (unfurl.Page{}) || p.IsImage && !j.media || !p.IsImage && !j.pages {
			continue
		}
		a, err := encode(newPageAttachment(j.links[i], p))
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

// fetch looks at all links at once; of those that led nowhere in time the page is
// empty.
func (u *Unfurler) fetch(ctx context.Context, links []string) []unfurl.Page {
	ctx, cancel := context.WithTimeout(ctx, linksTime)
	defer cancel()
	pages := make([]unfurl.Page, len(links))
	var running sync.WaitGroup
	for i, link := range links {
		running.Go(func() {
			if p, err := u.pages.Page(ctx, link); err == nil {
				pages[i] = p
			}
		})
	}
	running.Wait()
	return pages
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
