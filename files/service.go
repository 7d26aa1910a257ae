package files

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"taut/chat"
	"taut/internal/fair"
	"taut/internal/limit"
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
	// Limits count each upload and download as a request; nil: there are none.
	Limits *limit.Limiter
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
	bucket                *inBucket // the same; nil where they are on the disk
	data                  string
	auth                  Auth
	limits                *limit.Limiter
	maxFile, maxWorkspace int64
	key                   []byte // signs tickets
	log                   *slog.Logger
	metrics               *metrics

	uploads *fair.Gate
	// receiving are the files whose bytes come right now, one body at a time, and
	// those whose bytes are taken in from the bucket.
	receiving sync.Map // Key → struct{}
	// memory is what images may take while they are decoded.
	memory *semaphore.Weighted
	images *fair.Gate
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
		store: c.Store, blobs: c.Blobs, data: c.Data, auth: c.Auth, limits: c.Limits,
		maxFile: c.MaxFile, maxWorkspace: c.MaxWorkspace, key: key,
		log: c.Log.With("component", "files"), metrics: newMetrics(c.Metrics),
		uploads: fair.New("uploads", fair.Limits{All: maxUploads, Each: maxWorkspaceUploads}, c.Metrics),
		memory:  semaphore.NewWeighted(imageMemory),
		images:  fair.New("images", imageRooms(), c.Metrics),
	}
	var remote bool
	if s.bucket, remote = c.Blobs.(*inBucket); !remote {
		s.blobs = inTurns(c.Blobs, c.Metrics)
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
func imageRooms() fair.Limits {
	all := max(2, runtime.GOMAXPROCS(0)/2)
	return fair.Limits{All: all, Each: all / 2, Waiting: 2 * maxWorkspaceUploads}
}
