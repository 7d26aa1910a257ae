package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// renewals is how often a lease is renewed in its life: so many may be lost.
const renewals = 5

// etcdLease implements Lease.
type etcdLease struct {
	etcd  *Etcd
	id    clientv3.LeaseID
	ttl   time.Duration
	held  func(time.Time)
	until atomic.Pointer[time.Time]
	ended chan struct{}

	stop    context.CancelFunc
	running sync.WaitGroup
}

// Lease begins one. Etcd counts in seconds, and not below its own floor.
func (e *Etcd) Lease(ctx context.Context, ttl time.Duration, held func(time.Time)) (Lease, error) {
	within, cancel := bounded(ctx)
	defer cancel()
	var asked time.Time // of the attempt that was answered
	r, err := attempts(within, func(ctx context.Context) (*clientv3.LeaseGrantResponse, error) {
		asked = time.Now()
		return e.client.Grant(ctx, int64((ttl+time.Second-1)/time.Second))
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("registry: lease: %w", err), e.unreachable(ctx))
	}
	if held == nil {
		held = func(time.Time) {}
	}
	l := &etcdLease{etcd: e, id: r.ID, ttl: time.Duration(r.TTL) * time.Second, held: held, ended: make(chan struct{})}
	l.extend(asked)
	life, stop := context.WithCancel(context.Background())
	l.stop = stop
	l.running.Go(func() { l.renew(life) })
	return l, nil
}

// extend notes that the lease lives for its ttl from when that was asked for.
func (l *etcdLease) extend(asked time.Time) {
	until := asked.Add(l.ttl)
	l.until.Store(&until)
	l.held(until)
}

func (l *etcdLease) Until() time.Time       { return *l.until.Load() }
func (l *etcdLease) Ended() <-chan struct{} { return l.ended }

// renew keeps the lease until its end.
func (l *etcdLease) renew(ctx context.Context) {
	defer close(l.ended)
	tick := time.NewTicker(l.ttl / renewals)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !time.Now().Before(l.Until()) {
			return
		}
		asked := time.Now()
		within, cancel := context.WithDeadline(ctx, l.Until())
		r, err := l.once(within)
		cancel()
		if !time.Now().Before(l.Until()) {
			return // too late, whatever the answer: who held it has let go of everything
		}
		switch {
		case errors.Is(err, rpctypes.ErrLeaseNotFound):
			return
		case err != nil:
			l.etcd.log.Warn("renewing the lease failed", "err", err)
		case r.TTL > 0:
			l.extend(asked)
		}
	}
}

// once asks one server, and does not wait for long for it: there are others.
func (l *etcdLease) once(ctx context.Context) (*clientv3.LeaseKeepAliveResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, l.ttl/3)
	defer cancel()
	return l.etcd.client.KeepAliveOnce(ctx, l.id)
}

func (l *etcdLease) Put(ctx context.Context, key string, value []byte) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err := attempts(ctx, func(ctx context.Context) (*clientv3.PutResponse, error) {
		return l.etcd.client.Put(ctx, l.etcd.prefix+key, string(value), clientv3.WithLease(l.id))
	})
	if errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return ErrEnded
	}
	if err != nil {
		return fmt.Errorf("registry: put %s: %w", key, err)
	}
	return nil
}

func (l *etcdLease) Close(ctx context.Context) error {
	l.stop()
	l.running.Wait()
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err := attempts(ctx, func(ctx context.Context) (*clientv3.LeaseRevokeResponse, error) {
		return l.etcd.client.Revoke(ctx, l.id)
	})
	if err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return fmt.Errorf("registry: give the lease back: %w", err)
	}
	return nil
}
