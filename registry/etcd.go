package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

const (
	// callTimeout bounds one question to etcd, where its caller sets no deadline.
	callTimeout = 3 * time.Second
	// watchPause is the time between attempts to watch.
	watchPause = 200 * time.Millisecond
	// listLimit bounds the keys under a prefix; there are a few for each node.
	listLimit = 100_000
)

// Etcd is a Registry on etcd.
type Etcd struct {
	client *clientv3.Client
	prefix string
	tls    *tls.Config // nil: without
	log    *slog.Logger
}

// EtcdOptions say where etcd is.
type EtcdOptions struct {
	Endpoints []string    // host:port, or URLs
	Prefix    string      // of all keys: one etcd can serve several clusters
	TLS       *tls.Config // nil: without
	Log       *slog.Logger
}

// OpenEtcd connects in the background: it doesn't fail for etcd not being there.
func OpenEtcd(o EtcdOptions) (*Etcd, error) {
	client, err := clientv3.New(clientv3.Config{
		Endpoints: o.Endpoints, TLS: o.TLS, Logger: zap.NewNop(),
		DialKeepAliveTime: 10 * time.Second, DialKeepAliveTimeout: 3 * time.Second,
	})
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	return &Etcd{client: client, prefix: strings.TrimRight(o.Prefix, "/") + "/", tls: o.TLS, log: o.Log.With("component", "registry")}, nil
}

// Close ends the connections; leases end by themselves.
func (e *Etcd) Close() error { return e.client.Close() }

func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, callTimeout)
}

func (e *Etcd) List(ctx context.Context, prefix string) (map[string][]byte, error) {
	keys, _, err := e.list(ctx, prefix)
	if err != nil {
		return nil, errors.Join(err, e.unreachable(ctx))
	}
	return keys, nil
}

func (e *Etcd) list(ctx context.Context, prefix string) (keys map[string][]byte, revision int64, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	r, err := attempts(ctx, func(ctx context.Context) (*clientv3.GetResponse, error) {
		return e.client.Get(ctx, e.prefix+prefix, clientv3.WithPrefix(), clientv3.WithLimit(listLimit))
	})
	if err != nil {
		return nil, 0, fmt.Errorf("registry: list %s: %w", prefix, err)
	}
	keys = make(map[string][]byte, len(r.Kvs))
	for _, kv := range r.Kvs {
		keys[strings.TrimPrefix(string(kv.Key), e.prefix+prefix)] = kv.Value
	}
	return keys, r.Header.Revision, nil
}

func (e *Etcd) Put(ctx context.Context, key string, value []byte) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := e.write(clientv3.OpPut(e.prefix+key, string(value))).do(ctx); err != nil {
		return fmt.Errorf("registry: put %s: %w", key, err)
	}
	return nil
}

func (e *Etcd) Delete(ctx context.Context, key string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := e.write(clientv3.OpDelete(e.prefix + key)).do(ctx); err != nil {
		return fmt.Errorf("registry: delete %s: %w", key, err)
	}
	return nil
}

func (e *Etcd) Watch(ctx context.Context, prefix string, seen func(map[string][]byte)) {
	for ctx.Err() == nil {
		err := e.watch(ctx, prefix, seen)
		if ctx.Err() != nil {
			return
		}
		e.log.Warn("watching begins anew", "prefix", prefix, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(watchPause):
		}
	}
}

// watch lists and follows from there until something breaks. A server that has lost
// its leader breaks it too: another one may know more.
func (e *Etcd) watch(ctx context.Context, prefix string, seen func(map[string][]byte)) error {
	keys, revision, err := e.list(ctx, prefix)
	if err != nil {
		return err
	}
	seen(clone(keys))
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	for r := range e.client.Watch(ctx, e.prefix+prefix, clientv3.WithPrefix(), clientv3.WithRev(revision+1)) {
		if err := r.Err(); err != nil {
			return err
		}
		for _, ev := range r.Events {
			key := strings.TrimPrefix(string(ev.Kv.Key), e.prefix+prefix)
			if ev.Type == clientv3.EventTypeDelete {
				delete(keys, key)
			} else {
				keys[key] = ev.Kv.Value
			}
		}
		if len(r.Events) > 0 {
			seen(clone(keys))
		}
	}
	return errors.New("the watch ended")
}

func clone(keys map[string][]byte) map[string][]byte {
	c := make(map[string][]byte, len(keys))
	for k, v := range keys {
		c[k] = v
	}
	return c
}
