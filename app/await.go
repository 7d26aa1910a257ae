package app

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"taut/internal/obs"
)

// listenOps opens the operator's listener, unless it is open.
func (a *App) listenOps() (err error) {
	if a.ops != nil {
		return nil
	}
	if a.ops, err = net.Listen("tcp", a.config.OpsListen); err != nil {
		return fmt.Errorf("ops_listen: %w", err)
	}
	a.life.onStop("operator's port", stopLimit, a.closeListener(&a.ops))
	return nil
}

// whileWaiting serves the operator's pages, of a process that isn't ready, while do
// waits for what others have to start first: who looks at it sees that it lives. Who
// comes between its end and the start waits in the listener, which stays open.
func (a *App) whileWaiting(do func() error) error {
	if err := a.listenOps(); err != nil {
		return err
	}
	mux := http.NewServeMux()
	obs.Handle(mux, a.reg, &a.ready, a.check)
	server := a.server("ops", mux, stopLimit)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(lent{a.ops}) }()
	err := do()
	server.Close()
	if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("ops_listen: %w", e))
	}
	return errors.Join(err, acceptUntil(a.ops, time.Time{}))
}

// lent is a listener that its server ends with, and that stays open.
type lent struct{ net.Listener }

func (l lent) Close() error { return acceptUntil(l.Listener, time.Now()) }

// acceptUntil sets when a TCP listener's Accept gives up.
func acceptUntil(l net.Listener, when time.Time) error { return l.(*net.TCPListener).SetDeadline(when) }
