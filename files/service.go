package files

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"taut/chat"
	"taut/store"
)

// Auth tells who asks for a file: by a token, as everywhere, or in a browser's
// GETs of files by the session's cookie alone.
type Auth interface {
	AuthenticateFrom(ctx context.Context, p chat.Presented) (chat.Caller, error)
	AuthenticateCookie(ctx context.Context, w chat.WorkspaceID, cookie string) (chat.Caller, error)
}

// Config is what a Service is built of.
type Config struct {
	Store *store.Store
	Blobs Blobs
	// Data is the data folder: a backup may hold its blobs (see internal/hold).
	Data string
	Auth Auth
	// MaxFile bounds one file, MaxWorkspace what the files of a workspace take
	// that has no bound of its own; 0: 1 GiB, and no bound.
	MaxFile, MaxWorkspace int64
	Log                   *slog.Logger
	Metrics               prometheus.Registerer
}

const defaultMaxFile = 1 << 30

// Service is the role. It implements chat.Files.
type Service struct {
	// Fixed at New.
	store                 *store.Store
	blobs                 Blobs
	data                  string
	auth                  Auth
	maxFile, maxWorkspace int64
	key                   []byte // signs tickets
	log                   *slog.Logger
	metrics               *metrics

	uploads *gate
	// receiving are the files whose bytes come right now: one body at a time.
	receiving sync.Map // Key → struct{}
	// memory is what images may take while they are decoded.
	memory *semaphore.Weighted
	images *gate
	// removal is held by who removes blobs.
	removal sync.Mutex

	end   context.CancelFunc
	swept sync.WaitGroup
}

// New builds the role and starts its sweeper.
func New(ctx context.Context, c Config) (*Service, error) {
	key, err := c.Store.Secret(ctx, "upload")
	if err != nil {
		return nil, fmt.Errorf("the secret that signs uploads: %w", err)
	}
	if c.MaxFile == 0 {
		c.MaxFile = defaultMaxFile
	}
	s := &Service{
		store: c.Store, blobs: c.Blobs, data: c.Data, auth: c.Auth,
		maxFile: c.MaxFile, maxWorkspace: c.MaxWorkspace, key: key,
		log: c.Log.With("component", "files"), metrics: newMetrics(c.Metrics),
		uploads: newGate(maxUploads, maxWorkspaceUploads),
		memory:  semaphore.NewWeighted(imageMemory),
		images:  newGate(imageRooms()),
	}
	life, end := context.WithCancel(context.Background())
	s.end = end
	s.swept.Go(func() { s.sweepLoop(life) })
	return s, nil
}

// Close ends the sweeper. Requests are their server's to end.
func (s *Service) Close() {
	s.end()
	s.swept.Wait()
}

// Limits are what one file, and by default a workspace's files, may take.
func (s *Service) Limits() (file, workspace int64) { return s.maxFile, s.maxWorkspace }

// Handle adds the role's URLs.
func (s *Service) Handle(mux *http.ServeMux) {
	mux.HandleFunc(chat.UploadFolder+"{ticket}", s.serveUpload)
	mux.HandleFunc("GET "+chat.FileFolder+"{id}/{name...}", s.serveFile)
	mux.HandleFunc("GET "+chat.ThumbFolder+"{id}/{name}", s.serveThumb)
	mux.HandleFunc("GET "+chat.PictureFolder+"{name}", s.servePicture)
}

const (
	// maxUploads run at once, of which a workspace has at most some: who comes
	// then is told to come again.
	maxUploads, maxWorkspaceUploads = 256, 64
)

// imageRooms is how many images are looked into at once, on half of the machine;
// of one workspace half of those, so that others need not wait for its flood.
func imageRooms() (all, each int) {
	all = max(2, runtime.GOMAXPROCS(0)/2)
	return all, all / 2
}

// gate admits so many at once, in all and of one workspace.
type gate struct {
	all, each int

	mu      sync.Mutex
	inside  int
	of      map[chat.WorkspaceID]int
	changed chan struct{} // closed when somebody leaves
}

func newGate(all, each int) *gate {
	return &gate{all: all, each: each, of: map[chat.WorkspaceID]int{}, changed: make(chan struct{})}
}

// try is false where there is no room; else leave must be called.
func (g *gate) try(w chat.WorkspaceID) (ok bool, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside >= g.all || g.of[w] >= g.each {
		return false, g.changed
	}
	g.inside++
	g.of[w]++
	return true, nil
}

// wait waits for room.
func (g *gate) wait(ctx context.Context, w chat.WorkspaceID) error {
	for {
		ok, changed := g.try(w)
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *gate) leave(w chat.WorkspaceID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.of[w]--; g.of[w] == 0 {
		delete(g.of, w)
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// ticketLife is how long an upload may wait to be begun.
const ticketLife = time.Hour
