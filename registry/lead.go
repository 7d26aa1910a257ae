package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// leadPause is the time between attempts, should no watch tell that the place is
// free.
const leadPause = time.Second

// etcdLeader is the holder of a key, which is its as long as its create-revision is
// what it was.
type etcdLeader struct {
	lease    *etcdLease
	key      string
	revision int64
}

// Lead tries, waits until the place is free, and tries again.
func (l *etcdLease) Lead(ctx context.Context, name, who string) (Leader, error) {
	key := l.etcd.prefix + "leaders/" + name
	for {
		leader, err := l.candidate(ctx, key, who)
		switch {
		case leader != nil:
			return leader, nil
		case errors.Is(err, rpctypes.ErrLeaseNotFound):
			return nil, ErrEnded
		case err != nil && ctx.Err() == nil:
			l.etcd.log.Warn("standing for leader failed", "name", name, "err", err)
		}
		if err := l.vacancy(ctx, key); err != nil {
			return nil, err
		}
	}
}

// candidate takes the place if it is free; nil where it is not.
func (l *etcdLease) candidate(ctx context.Context, key, who string) (*etcdLeader, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	r, err := attempts(ctx, func(ctx context.Context) (*clientv3.TxnResponse, error) {
		return l.etcd.client.Txn(ctx).
			If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
			Then(clientv3.OpPut(key, who, clientv3.WithLease(l.id))).
			Else(clientv3.OpGet(key)).Commit()
	})
	if err != nil {
		return nil, err
	}
	if r.Succeeded {
		return &etcdLeader{l, key, r.Header.Revision}, nil
	}
	// An earlier attempt may have succeeded without an answer.
	if kvs := r.Responses[0].GetResponseRange().Kvs; len(kvs) == 1 && clientv3.LeaseID(kvs[0].Lease) == l.id {
		return &etcdLeader{l, key, kvs[0].CreateRevision}, nil
	}
	return nil, nil
}

// Unseat: see Registry.
func (e *Etcd) Unseat(ctx context.Context, name, who string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	key := e.prefix + "leaders/" + name
	_, err := attempts(ctx, func(ctx context.Context) (*clientv3.TxnResponse, error) {
		return e.client.Txn(ctx).If(clientv3.Compare(clientv3.Value(key), "=", who)).Then(clientv3.OpDelete(key)).Commit()
	})
	if err != nil {
		return fmt.Errorf("registry: unseat %s: %w", who, err)
	}
	return nil
}

// vacancy waits until the key is gone, or a while.
func (l *etcdLease) vacancy(ctx context.Context, key string) error {
	within, cancel := context.WithTimeout(clientv3.WithRequireLeader(ctx), leadPause)
	defer cancel()
	changes := l.etcd.client.Watch(within, key)
	for {
		select {
		case <-l.ended:
			return ErrEnded
		case r, ok := <-changes:
			if err := ctx.Err(); err != nil {
				return err
			}
			if !ok || r.Err() != nil {
				<-within.Done()
				return ctx.Err()
			}
			for _, ev := range r.Events {
				if ev.Type == clientv3.EventTypeDelete {
					return nil
				}
			}
		}
	}
}

func (d *etcdLeader) Put(ctx context.Context, key string, value []byte) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	e := d.lease.etcd
	leads := clientv3.Compare(clientv3.CreateRevision(d.key), "=", d.revision)
	written, err := e.write(clientv3.OpPut(e.prefix+key, string(value)), leads).do(ctx)
	if err != nil {
		return fmt.Errorf("registry: put %s: %w", key, err)
	}
	if !written {
		return ErrDeposed
	}
	return nil
}
