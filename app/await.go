package app

import (
	"errors"
	"fmt"
	"net"
	"net/http"

	"taut/internal/obs"
)

// whileWaiting serves the operator's pages, of a process that isn't ready, while do
// waits for what others have to start first: who looks at it sees that it lives.
func (a *App) whileWaiting(do func() error) error {
	l, err := net.Listen("tcp", a.config.OpsListen)
	if err != nil {
		return fmt.Errorf("ops_listen: %w", err)
	}
	mux := http.NewServeMux()
	obs.Handle(mux, a.reg, &a.ready, a.check)
	server := a.server("ops", mux, stopLimit)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	err = do()
	server.Close()
	if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("ops_listen: %w", e))
	}
	return err
}
