package webapi

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/limit"
	"taut/store"
)

// Auth is what the API asks of the tokens' service.
type Auth interface {
	// AuthenticateFrom: Unauthenticated, Inactive, Limited or a caller.
	AuthenticateFrom(ctx context.Context, p chat.Presented) (chat.Caller, error)
	// Afresh is AuthenticateFrom by what the store says now.
	Afresh(ctx context.Context, p chat.Presented) (chat.Caller, error)
	// Known is AuthenticateFrom's caller where it is at hand and the token is good.
	Known(p chat.Presented) (chat.Caller, bool)
	// NewTicket makes the path of rtm.connect's URL: good once, for 30 s.
	NewTicket(ctx context.Context, c chat.Caller) (string, error)
	accounts
}

// Config is what a Server is built of.
type Config struct {
	Store    *store.Store
	Auth     Auth
	Router   chat.Router
	Presence chat.Presence
	Search   chat.Search // nil: there is none
	Files    chat.Files
	// Directory finds people and public channels.
	Directory chat.Directory
	// Memberships are what clients are told as they connect.
	Memberships chat.Memberships
	// PublicURL is the server's own URL as clients reach it, "" for the one that
	// each request came to.
	PublicURL string
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	Limits    *limit.Limiter // nil: the usual ones
	// SlackLimits puts Slack's own before these (see limit_slack.go).
	SlackLimits bool
	// Unfurler looks at links; nil: nobody does.
	Unfurler *Unfurler
	// Mailer sends what people are told by e-mail; nil, or without a PublicURL for
	// the links in it: they are shown instead.
	Mailer chat.Mailer
	// OpenSetup lets anybody make a workspace; else it takes a one-time code.
	OpenSetup bool
}

// Server serves /api/. It is safe for concurrent use.
type Server struct {
	// Fixed at New.
	store     *store.Store
	auth      Auth
	router    chat.Router
	presence  chat.Presence
	search    chat.Search
	files     chat.Files
	directory chat.Directory
	publicURL string
	unfurler  *Unfurler
	log       *slog.Logger
	metrics   *metrics
	table     map[string]*method
	idPrefix  string
	mailer    chat.Mailer
	openSetup bool
	// slackLimits: see limit_slack.go.
	slackLimits bool
	memberships chat.Memberships

	// Each with a lock of its own.
	limits   *limit.Limiter
	turns    turns
	pictures pictures
	bots     botSigns

	ids atomic.Uint64
}

// requestTime bounds the work for one request.
const requestTime = 10 * time.Second

// New builds a Server; it starts nothing.
func New(c Config) *Server {
	s := &Server{
		store:     c.Store,
		auth:      c.Auth,
		router:    c.Router,
		presence:  c.Presence,
		search:    c.Search,
		files:     c.Files,
		directory: c.Directory,
		publicURL: strings.TrimSuffix(c.PublicURL, "/"),
		unfurler:  c.Unfurler,
		log:       c.Log.With("component", "webapi"),
		metrics:   newMetrics(c.Metrics),
		limits:    cmp.Or(c.Limits, limit.New(limit.Limits{})),
		turns:     newTurns(c.Metrics),
		idPrefix:  chat.NewSecret(16),
		mailer:    c.Mailer,
		openSetup: c.OpenSetup,

		memberships: c.Memberships,
		slackLimits: c.SlackLimits,
	}
	if s.publicURL == "" {
		// A mail's link would lead to whatever host its asker named, with the code.
		s.mailer = nil
	}
	s.table = s.methods()
	s.metrics.prepare(s.table)
	return s
}

// unknown stands in for a method that is not in the table.
var unknown = &method{name: "unknown", open: true}

// ServeHTTP serves /api/METHOD.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	q := s.newRequest(r)
	if q.recognise(); q.recognised && !q.withinRate(start) {
		q.refuse(w, start)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), q.method.time())
	defer cancel()
	a, err := q.serve(ctx, w)
	status, outcome := http.StatusOK, "ok"
	var failure *apiError
	if err != nil {
		failure = q.method.asAPIError(err)
		status, outcome = failure.status(), failure.outcome()
	}
	q.write(w, q.settle(a, failure), status)
	q.finish(start, outcome, err)
}

func (s *Server) newRequest(r *http.Request) *request {
	name := strings.Trim(strings.TrimPrefix(r.URL.Path, "/api/"), "/")
	m := s.table[name]
	if m == nil {
		m = unknown
	}
	return &request{server: s, id: s.newID(), name: name, method: m, http: r}
}

// newID names a request, uniquely over all processes.
func (s *Server) newID() string {
	return s.idPrefix + strconv.FormatUint(s.ids.Add(1), 16)
}

// serve does all that may fail. A panic is a fault of ours in one request: the
// others go on.
func (q *request) serve(ctx context.Context, w http.ResponseWriter) (a answer, err error) {
	defer q.recover(&err)
	if q.method == unknown {
		return nil, fail("unknown_method")
	}
	token := q.bearer()
	if token != "" && !q.recognised {
		if err := q.identify(ctx, token); err != nil {
			return nil, err
		}
	}
	if err := q.decode(w); err != nil {
		return nil, err
	}
	defer q.endUpload(w)
	if token == "" {
		if err := q.identify(ctx, q.args.text("token")); err != nil {
			return nil, err
		}
	}
	if err := q.admit(); err != nil {
		return nil, err
	}
	return q.inTurn(ctx)
}

// recover makes a panic this request's error.
func (q *request) recover(err *error) {
	if p := recover(); p != nil {
		q.server.log.Error("handler panicked", slog.String("method", q.name),
			slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		*err = chat.NewError(chat.Internal, "panic")
	}
}

// finish counts and logs the request: one line, without token or text.
func (q *request) finish(start time.Time, outcome string, err error) {
	took := time.Since(start)
	q.server.metrics.request(q.method, outcome, took)
	q.log(outcome, err, took)
}

// log writes the request's line.
func (q *request) log(outcome string, err error, took time.Duration) {
	level := slog.LevelDebug
	switch outcome {
	case "internal_error":
		level = slog.LevelError
	case "service_unavailable":
		level = slog.LevelWarn
	}
	if !q.server.log.Enabled(context.Background(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", q.method.name), slog.String("outcome", outcome), slog.Duration("took", took),
		slog.String("workspace", string(q.caller.Workspace)), slog.String("user", string(q.caller.User)),
		slog.String("token", q.caller.TokenID), slog.Int("bytes", q.sent), slog.String("request", q.id),
	}
	if level > slog.LevelDebug {
		attrs = append(attrs, slog.Any("err", err))
	}
	q.server.log.LogAttrs(context.Background(), level, "request", attrs...)
}
