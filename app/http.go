package app

import (
	"context"
	"errors"
	"log/slog"
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

// servePublic serves the clients: the API, the sockets, and the page at "/".
func (a *App) servePublic() {
	mux := http.NewServeMux()
	mux.Handle("/api/", a.api)
	mux.Handle("GET /websocket", a.gateway)
	mux.Handle("GET /websocket/{ticket}", a.gateway)
	mux.Handle("GET /avatars/{name}", web.Avatar())
	mux.Handle("/", web.Handler())
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
		// The sockets' deadlines are the gateway's own, from the upgrade on.
		ReadTimeout:    30 * time.Second,
		WriteTimeout:   30 * time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(a.log.With("component", "http").Handler(), slog.LevelDebug),
	}
	var running sync.WaitGroup
	running.Go(func() { a.fail("clients' listener", server.Serve(a.public)) })
	drain := time.Duration(a.config.Drain)
	a.life.onStop("requests and sockets", drain, func(ctx context.Context) error {
		return errors.Join(a.drain(ctx, server), wait(&running))
	})
}

// drain ends what clients have open: requests when they are answered, sockets
// after a goodbye. Both listen no more from the begin on.
func (a *App) drain(ctx context.Context, server *http.Server) error {
	var both sync.WaitGroup
	var requests error
	both.Go(func() { requests = server.Shutdown(ctx) })
	a.gateway.Drain(ctx)
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
// can be watched.
func (a *App) serveOps(door admin.Door) {
	mux := http.NewServeMux()
	obs.Handle(mux, a.reg, &a.ready, a.check)
	admin.Serve(mux, admin.Local{Store: a.store}, door.Secret, a.log)
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		// Longer than a profile of a minute takes.
		WriteTimeout:   2 * time.Minute,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(a.log.With("component", "ops").Handler(), slog.LevelDebug),
	}
	var running sync.WaitGroup
	running.Go(func() { a.fail("operator's listener", server.Serve(a.ops)) })
	a.life.onStop("operator's server", stopLimit, func(context.Context) error {
		// A profile that runs is cut: the process ends anyway.
		return errors.Join(server.Close(), wait(&running))
	})
}

// check is what /readyz asks besides: does the store answer? There is no
// workspace with an empty domain, so it is a cheap question.
func (a *App) check(ctx context.Context) error {
	_, err := a.store.WorkspaceByDomain(ctx, "")
	if chat.CodeOf(err) == chat.NotFound {
		return nil
	}
	return err
}
