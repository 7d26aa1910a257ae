package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"taut/chat"
	"taut/internal/admin"
	"taut/internal/obs"
	"taut/web"
)

// maxHeader bounds the headers of a request; Go adds 4 KiB to it.
const maxHeader = 16 << 10

// clients is what clients ask for: the API, the sockets, and the page at "/".
func (a *App) clients() http.Handler {
	mux := http.NewServeMux()
	if a.gateway != nil {
		mux.Handle("GET /websocket", a.gateway)
		mux.Handle("GET /websocket/{ticket}", a.gateway)
	}
	if a.api == nil {
		return mux
	}
	mux.Handle("/api/", a.api)
	mux.Handle("POST /services/{team}/{webhook}/{secret}", a.api.Webhooks())
	mux.Handle("GET /img-proxy/{signature}/{url}", a.links.Images())
	mux.Handle("GET /avatars/{name}", web.Avatar())
	a.files.Handle(mux)
	mux.Handle("/", web.Handler(a.bucketOrigin))
	return mux
}

// server makes an HTTP server whose answers are written within the time; sockets'
// deadlines are the gateway's own, from the upgrade on.
func (a *App) server(component string, handler http.Handler, write time.Duration) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      write,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(a.log.With("component", component).Handler(), slog.LevelDebug),
	}
}

// servePublic serves the clients, over HTTPS where that is set.
func (a *App) servePublic(s *secured) error {
	handler, err := a.hardened(a.clients())
	if err != nil {
		return err
	}
	server := a.server("http", handler, 30*time.Second)
	serve := server.Serve
	if s != nil {
		server.TLSConfig = s.config
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	server.ConnState = a.visitors.note
	var running sync.WaitGroup
	running.Go(func() { a.fail("clients' listener", serve(a.public)) })
	drain := time.Duration(a.config.Drain)
	a.life.onStop("requests and sockets", drain, func(ctx context.Context) error {
		// What was on its way has come by then.
		late := time.AfterFunc(min(time.Second, drain/2), a.visitors.close)
		defer late.Stop()
		return errors.Join(a.drain(ctx, server), wait(&running))
	})
	return nil
}

// openSockets is how many clients have one.
func (a *App) openSockets() int {
	if a.gateway == nil {
		return 0
	}
	return a.gateway.Open()
}

// serveBeside serves what may be cut off when the process ends.
func (a *App) serveBeside(name string, l net.Listener, server *http.Server) {
	var running sync.WaitGroup
	running.Go(func() { a.fail(name, server.Serve(l)) })
	a.life.onStop(name, stopLimit, func(context.Context) error { return errors.Join(server.Close(), wait(&running)) })
}

// drain ends what clients have open: requests when they are answered, sockets
// after a goodbye. Both listen no more from the begin on.
func (a *App) drain(ctx context.Context, server *http.Server) error {
	var both sync.WaitGroup
	var requests error
	both.Go(func() { requests = server.Shutdown(ctx) })
	if a.gateway != nil {
		a.gateway.Drain(ctx)
	}
	both.Wait()
	if requests != nil {
		return errors.Join(requests, server.Close())
	}
	return nil
}

func wait(running *sync.WaitGroup) error {
	running.Wait()
	return nil
}

// serveOps serves the operator. It starts first and ends last, so that a drain
// can be watched. A node without clients has no door for commands.
func (a *App) serveOps(door *admin.Door) {
	mux := http.NewServeMux()
	obs.Handle(mux, a.reg, &a.ready, a.check)
	if door != nil {
		admin.Serve(mux, admin.Local{Store: a.store, Files: a.files}, door.Secret, a.log)
	}
	// Longer than a profile of a minute takes.
	a.serveBeside("operator's listener", a.ops, a.server("ops", mux, 2*time.Minute))
}

// check is what /readyz asks besides: does the store answer? There is no
// workspace with an empty domain, so it is a cheap question.
func (a *App) check(ctx context.Context) error {
	if a.cluster != nil {
		if err := a.cluster.check(); err != nil {
			return err
		}
	}
	if a.store == nil {
		return nil
	}
	_, err := a.store.WorkspaceByDomain(ctx, "")
	if chat.CodeOf(err) == chat.NotFound {
		return nil
	}
	return err
}
