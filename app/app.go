package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/config"
	"taut/edgecache"
	"taut/files"
	"taut/gateway"
	"taut/internal/admin"
	"taut/internal/backup"
	"taut/internal/limit"
	"taut/internal/obs"
	"taut/search"
	"taut/store"
	"taut/webapi"
)

// Options say what to build. Config is taken as valid.
type Options struct {
	Config config.Config
	Log    *slog.Logger
}

// App is a server: every role in one process.
type App struct {
	config config.Config
	log    *slog.Logger
	build  obs.Build
	reg    *prometheus.Registry
	ready  obs.Readiness
	life   lifecycle

	// Built by New, and fixed from then on.
	store  *store.Store
	auth   *auth.Service
	limits *limit.Limiter // of all that a workspace asks for, of whichever role
	// maxFiles is how many files and connections may be open.
	maxFiles int
	api      *webapi.Server
	gateway  *gateway.Server
	files    *files.Service
	// bucketOrigin is where browsers find the bytes of files; "": here.
	bucketOrigin string
	search       *search.Server    // nil where other nodes search
	edge         *edgecache.Server // nil where this process is no edge cache
	links        *webapi.Unfurler  // nil, where it is switched off
	cluster      *clustered        // nil, where this process is alone

	// Opened by Start.
	visitors    *visitors
	public, ops net.Listener
	plain       net.Listener // nil, unless plain HTTP is redirected

	failed chan error
}

// self is the name of a process that is alone.
const self = "local"

// stopLimit is how long a part may take to close, once its work is done.
const stopLimit = 5 * time.Second

// New opens the store and builds the roles; nothing listens yet. After an error
// nothing is left open.
func New(ctx context.Context, o Options) (*App, error) {
	a := &App{
		config: o.Config,
		log:    o.Log,
		build:  obs.ReadBuild(),
		life:   lifecycle{log: o.Log},
		failed: make(chan error, 3),

		maxFiles: openFiles(),
	}
	a.reg = obs.NewRegistry(a.build)
	a.limits = limit.New(limit.Limits{User: float64(o.Config.UserRate), Workspace: float64(o.Config.WorkspaceRate)})
	if err := a.buildRoles(ctx); err != nil {
		return nil, errors.Join(err, a.life.stop())
	}
	return a, nil
}

// buildRoles makes the parts from the store up, each with the ones below it.
func (a *App) buildRoles(ctx context.Context) error {
	does := a.config.Cluster.Does
	if err := a.joinCluster(); err != nil {
		return err
	}
	committed := new(committed)
	if a.config.Cluster.NeedsStore() {
		if err := a.openStore(ctx, committed.events); err != nil {
			return err
		}
	}
	owner, err := a.startChannelServer(ctx)
	if err != nil {
		return err
	}
	online := a.startPresence()
	if err := a.startSearch(ctx); err != nil {
		return err
	}
	a.startRelay()
	a.startEdgeCache()
	if does(config.RoleWebAPI) {
		if err := a.buildAPI(ctx, committed, owner, online); err != nil {
			return err
		}
	}
	if does(config.RoleGateway) {
		a.startGateway(owner, online)
	}
	if a.api != nil {
		a.startScheduler()
	}
	return nil
}

// buildAPI makes the Web API and what only it asks.
func (a *App) buildAPI(ctx context.Context, committed *committed, owner func(chat.Stream) chat.ChannelServer, online chat.Presence) (err error) {
	if a.auth, err = auth.New(ctx, a.store, a.reg); err != nil {
		return err
	}
	a.onClose("auth", a.auth.Close)
	route := a.startRouter(owner)
	committed.to.Store(&followers{a.cluster, a.auth, route, a.search, a.edge})
	if err := a.startFiles(ctx); err != nil {
		return err
	}
	mailer, err := a.startMail()
	if err != nil {
		return err
	}
	if a.links, err = a.unfurler(ctx); err != nil {
		return err
	}
	edge := a.edgeCaches()
	a.api = webapi.New(webapi.Config{
		Store: a.store, Auth: a.auth, Router: route, Presence: online, Files: a.files, Search: a.searcher(), Directory: edge, Memberships: edge,
		PublicURL: a.config.PublicURL, Log: a.log, Metrics: a.reg,
		Limits: a.limits, SlackLimits: a.config.SlackLimits(),
		Unfurler: a.links,
		Mailer:   mailer, OpenSetup: a.config.Accounts.CreateWorkspace == "anyone",
	})
	return nil
}

// startGateway makes the gateway, which asks the Web API of this process, or where it
// has none those of others.
func (a *App) startGateway(owner func(chat.Stream) chat.ChannelServer, online chat.Presence) {
	c := gateway.Config{
		Owner:    owner,
		Presence: online,
		Limits:   a.limits,
		Log:      a.log,
		Metrics:  a.reg,
		Name:     a.name(),

		MaxSockets: socketsOf(a.maxFiles),
		// Half of the drain is for closing the sockets, the rest for what they sent.
		DrainSpread: time.Duration(a.config.Drain) / 2,
	}
	if a.api != nil {
		c.Authenticator, c.Conversations = a.auth, a.api
	} else {
		others := a.cluster.nodes.WebAPI(a.cluster.apiNodes)
		c.Authenticator, c.Conversations = others, others
	}
	a.gateway = gateway.New(c)
	a.onClose("gateway", a.gateway.Close)
}

func (a *App) openStore(ctx context.Context, hook func([]chat.Event)) error {
	dsn, err := a.config.MySQL()
	if err != nil {
		return err
	}
	// On MySQL the store has no need of the folder, but the door does.
	if err := os.MkdirAll(a.config.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	a.warnOfOthers()
	if backup.Is(a.config.Data) {
		return fmt.Errorf("%s is a backup: taut restore --from it puts it into a data folder", a.config.Data)
	}
	open := func() (err error) {
		a.store, err = store.Open(ctx, store.Options{
			Data: a.config.Data, MySQL: dsn, Await: true, Committed: hook, PublicURL: a.config.PublicURL,
			Log: a.log, Metrics: a.reg, Retention: time.Duration(a.config.Retention),
		})
		return err
	}
	if dsn != "" {
		err = a.whileWaiting(open)
	} else {
		err = open()
	}
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	a.life.onStop("store", 2*stopLimit, func(context.Context) error { return a.store.Close() })
	return nil
}

// warnOfOthers: a folder that was there already keeps its mode, as it may be
// meant so; Taut's own files in it are for its user alone.
func (a *App) warnOfOthers() {
	info, err := os.Stat(a.config.Data)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		a.log.Warn("the data folder is open to other users; chmod 700 closes it",
			slog.String("data", a.config.Data), slog.String("mode", info.Mode().Perm().String()))
	}
}

func (a *App) onClose(name string, close func()) {
	a.life.onStop(name, stopLimit, func(context.Context) error {
		close()
		return nil
	})
}

// Start listens. When it returns, the server serves.
func (a *App) Start(ctx context.Context) error {
	err := a.start(ctx)
	if err != nil {
		return errors.Join(err, a.Stop())
	}
	return nil
}

func (a *App) start(ctx context.Context) (err error) {
	if err := a.listenOps(); err != nil {
		return err
	}
	if a.api == nil && a.gateway == nil {
		return a.startBehind()
	}
	if a.public, err = net.Listen("tcp", a.config.Listen); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.life.onStop("clients' listener", stopLimit, a.closeListener(&a.public))
	a.visitors = newVisitors(visitorsOf(a.maxFiles), a.openSockets)

	url := a.config.URL(a.public.Addr())
	if a.api == nil {
		return a.startGatewayAlone(url)
	}
	a.store.ServedAt(url)
	door := admin.NewDoor(a.ops.Addr(), a.public.Addr(), url)
	a.serveOps(&door)
	if a.cluster != nil {
		if err := a.cluster.start(); err != nil {
			return err
		}
	}
	if err := a.serveClients(url); err != nil {
		return err
	}
	if err := door.Write(a.config.Data); err != nil {
		return err
	}
	a.life.onStop("door", stopLimit, func(context.Context) error { return admin.RemoveDoor(a.config.Data) })
	a.beReady()
	a.log.Info("serving", slog.String("url", url), slog.String("listen", a.public.Addr().String()),
		slog.String("ops", a.ops.Addr().String()), slog.String("data", a.config.Data),
		slog.String("version", a.build.Version), slog.String("incarnation", a.store.Incarnation()))
	return a.greet(ctx, url)
}

func (a *App) beReady() {
	a.ready.Set(true)
	a.life.onStop("readiness", stopLimit, func(context.Context) error {
		a.ready.Set(false)
		return nil
	})
}

func (a *App) closeListener(l *net.Listener) func(context.Context) error {
	return func(context.Context) error {
		// Closed already, where its server was shut down.
		if err := (*l).Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}

// Stop drains: not ready any more, no new connections, goodbye to the sockets,
// the requests that run are finished, then everything closes, the store last.
func (a *App) Stop() error {
	start := time.Now()
	err := a.life.stop()
	a.log.Info("stopped", slog.Duration("took", time.Since(start)))
	return err
}

// Failed tells when a listener broke: the process is of no use any more.
func (a *App) Failed() <-chan error { return a.failed }

// Addresses are where the server listens: for clients, and for the operator.
func (a *App) Addresses() (public, ops net.Addr) { return a.public.Addr(), a.ops.Addr() }

func (a *App) fail(name string, err error) {
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		a.failed <- fmt.Errorf("%s: %w", name, err)
	}
}
