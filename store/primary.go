package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// primary knows which of the database's servers is the one to write. It asks all of
// them: each second, and when a connection is lost. The primary is who isn't
// read-only and, of several, has the highest term.
//
// A term is a server's time as the primary. It stands in the database, with the
// server's id. Where a server is found that is to be the primary and the id is
// another's, then it has been promoted: a new term begins, which is committed before
// anything else is. A server of an earlier term than one that was ever seen is what
// came back from the dead: it is not used, whatever it says of itself. Two that could
// be in the same term are both not used, as there is no telling which.
//
// Connections belong to a reign, and are closed when it ends, whoever waits for an
// answer: a server that stands still gives none.
type primary struct {
	log     *slog.Logger
	servers []*mysqlHost
	now     atomic.Pointer[reign] // nil: none is known, or two are

	mu      sync.Mutex // held while the servers are asked
	looked  time.Time  // when they were last asked
	err     error      // what came of it
	term    int64      // the highest that was ever seen
	rivals  rivals     // of two that were writable none was found to be the primary since
	awaited *mysqlHost // the silent rival that the log told of
	settled bool       // a term is remembered, or a primary was found
	last    *reign     // the newest one, also when now is nil
	changes prometheus.Counter

	file   string // where the term is kept; "": nowhere
	kept   int64  // what stands there
	unkept bool   // the log told that it can't be written
}

// reign is a server's being the primary.
type reign struct {
	mysqlServer
	server *mysqlHost
	term   int64

	mu    sync.Mutex
	over  bool
	conns map[*reignConn]net.Conn // to the server
}

const (
	// watchEvery is how soon a node that has nothing to write finds out.
	watchEvery = time.Second
	// lookApart keeps who waits in vain from asking all the time.
	lookApart = 100 * time.Millisecond
)

// openPrimary finds the servers of a DSN. Nothing is asked yet.
func openPrimary(dsn string, log *slog.Logger) (*primary, error) {
	configs, err := mysqlConfigs(dsn)
	if err != nil {
		return nil, err
	}
	p := &primary{log: log, rivals: rivals{}, changes: newChanges()}
	for _, cfg := range configs {
		h, err := newMySQLHost(cfg)
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.servers = append(p.servers, h)
	}
	return p, nil
}

func (p *primary) close() error {
	var errs []error
	for _, h := range p.servers {
		errs = append(errs, h.db.Close())
	}
	return errors.Join(errs...)
}

// watch looks until ctx ends.
func (p *primary) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.look(ctx)
		}
	}
}

// look asks all servers who is the primary now. Those that come while they are being
// asked, or soon after, have the same answer.
func (p *primary) look(ctx context.Context) (*reign, error) {
	return p.lookSince(ctx, time.Now().Add(-lookApart))
}

// lookSince asks, unless that was done after a time.
func (p *primary) lookSince(ctx context.Context, since time.Time) (*reign, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.looked.After(since) {
		return p.now.Load(), p.err
	}
	// Others wait for the answer, too; it is bounded.
	p.err = p.find(context.WithoutCancel(ctx))
	p.looked = time.Now()
	return p.now.Load(), p.err
}

// find changes now where it is sure of better. A server that doesn't answer stays
// the primary as long as none else is, so that one that is busy keeps its connections.
func (p *primary) find(ctx context.Context) error {
	was := p.now.Load()
	found := p.askAll(ctx)
	for i := range found {
		p.term = max(p.term, found[i].term)
	}
	best, err := choose(found, p.term)
	p.rivals.note(found, p.term, errors.Is(err, errRivals), time.Now())
	if err == nil {
		err = errors.Join(p.disputed(ctx, best), p.unproven(ctx, best, found))
	}
	if err == nil {
		err = p.begin(ctx, best)
	}
	p.keep()
	if err == nil {
		p.settled, p.awaited = true, nil
		clear(p.rivals)
		return nil
	}
	err = p.recalled(found, err)
	if was != nil && refuted(found, was) {
		p.now.Store(nil)
		was.end()
		p.log.Error("the database has no primary any more", "was", was.server.address, "error", err)
	}
	return err
}

// promoted tells whether the server takes over from the one whose term it is.
func (f *finding) promoted() bool { return f.hasTables && f.termOf != f.id }

// refuted tells whether the server of a reign says itself that it is over.
func refuted(found []finding, was *reign) bool {
	for i := range found {
		if f := &found[i]; f.server == was.server {
			return f.err == nil
		}
	}
	return false
}

// choose is the primary among the servers, where the highest term ever seen is known.
func choose(found []finding, known int64) (*finding, error) {
	var best *finding
	var others []error
	for i := range found {
		f := &found[i]
		if err := f.unfit(known); err != nil {
			others = append(others, fmt.Errorf("%s: %w", f.server.address, err))
			continue
		}
		if best != nil {
			return nil, fmt.Errorf("mysql: %w: %s and %s %w, in term %d: make the one that is not the primary read-only", errNoPrimary, best.server.address, f.server.address, errRivals, known)
		}
		best = f
	}
	if best == nil {
		return nil, fmt.Errorf("mysql: %w: %w", errNoPrimary, errors.Join(others...))
	}
	return best, nil
}

var (
	errNoPrimary = errors.New("no server is the primary")
	errReadOnly  = errors.New("it is read-only")
	errRivals    = errors.New("are both writable")
)

// unfit says why a server is not the primary.
func (f *finding) unfit(known int64) error {
	switch {
	case f.err != nil:
		return f.err
	case f.readOnly:
		return errReadOnly
	case f.term < known:
		return fmt.Errorf("it was the primary in term %d, and it is term %d now: make it a replica", f.term, known)
	}
	return f.requireDurable()
}

// begin lets the server be the primary, in a new term where it wasn't.
func (p *primary) begin(ctx context.Context, f *finding) error {
	r := &reign{mysqlServer: f.mysqlServer, server: f.server, term: f.term, conns: map[*reignConn]net.Conn{}}
	if f.promoted() {
		var err error
		if r.term, err = f.server.beginTerm(ctx, f); err != nil {
			return fmt.Errorf("mysql: %w: %s would be: %w", errNoPrimary, f.server.address, err)
		}
		p.term = max(p.term, r.term)
	}
	if was := p.now.Load(); was == nil || was.server != r.server || was.id != r.id || was.term != r.term {
		p.log.Info("the database has a primary", "address", r.server.address, "server_id", r.id, "term", r.term)
		if l := p.last; l != nil && l.term > 0 && (l.server != r.server || l.id != r.id || l.term != r.term) {
			p.changes.Inc()
		}
		p.last = r
		p.now.Store(r)
		if was != nil {
			was.end()
		}
	}
	return nil
}
