package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	// reachWithin bounds the knocking at etcd's doors.
	reachWithin = time.Second
	// verdictWithin is how long a server may take to refuse a certificate, after it
	// has shown its own.
	verdictWithin = 200 * time.Millisecond
)

// unreachable says why no server can be asked, after a question whose ctx is over: the
// client knows only that. It is nil where one of them could be.
func (e *Etcd) unreachable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reachWithin)
	defer cancel()
	endpoints := e.client.Endpoints()
	errs := make([]error, len(endpoints))
	var all sync.WaitGroup
	for i, at := range endpoints {
		all.Go(func() { errs[i] = e.knock(ctx, at) })
	}
	all.Wait()
	for _, err := range errs {
		if err == nil {
			return nil
		}
	}
	return errors.Join(errs...)
}

// knock connects to a server as the client does, and says what is wrong with that.
func (e *Etcd) knock(ctx context.Context, endpoint string) error {
	_, address, found := strings.Cut(endpoint, "://")
	if !found {
		address = endpoint
	}
	var conn net.Conn
	var err error
	if e.tls == nil {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&tls.Dialer{Config: e.tls}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return fmt.Errorf("etcd at %s: %w", address, err)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(verdictWithin))
	if _, err := conn.Read(make([]byte, 1)); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("etcd at %s: %w", address, err)
	}
	return nil
}
