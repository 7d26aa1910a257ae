package registry

import (
	"context"
	"crypto/rand"
	"errors"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// lastWrite is the key that every write of a key that stays goes over. It holds which
// one was the last, and other than the key itself it is never deleted: so its revision
// tells of each write, where a key that was put and deleted is as if it had never been.
const lastWrite = "writes/last"

// errOvertaken says that another write came between the look and the write.
var errOvertaken = errors.New("another write came first")

// write is one call's, however many attempts it takes. Attempts that were given up may
// reach etcd late; each counts only if nothing was written since the call looked, by
// this call's next attempt or by others. So what was given up doesn't undo what came
// after it.
type write struct {
	etcd *Etcd
	id   string
	op   clientv3.Op
	also []clientv3.Cmp // without which it fails for good
}

func (e *Etcd) write(op clientv3.Op, also ...clientv3.Cmp) *write {
	return &write{e, rand.Text(), op, also}
}

// do writes; false: one of the conditions does not hold. The look and the write are
// attempts of their own, as the servers take turns: of two, one of which is silent, that
// one would have the second question each time.
func (w *write) do(ctx context.Context) (bool, error) {
	for {
		at, err := attempts(ctx, w.look)
		if err != nil || at.done {
			return at.done, err
		}
		written, err := attempts(ctx, func(ctx context.Context) (bool, error) { return w.try(ctx, at.revision) })
		if !errors.Is(err, errOvertaken) {
			return written, err
		}
	}
}

// state is which write was the last one.
type state struct {
	revision int64
	done     bool // it was an earlier attempt of this one
}

func (w *write) look(ctx context.Context) (state, error) {
	r, err := w.etcd.client.Get(ctx, w.etcd.prefix+lastWrite)
	if err != nil || len(r.Kvs) == 0 {
		return state{}, err
	}
	return state{r.Kvs[0].ModRevision, string(r.Kvs[0].Value) == w.id}, nil
}

// try writes unless there was a write after the revision.
func (w *write) try(ctx context.Context, revision int64) (bool, error) {
	last := w.etcd.prefix + lastWrite
	inTime := clientv3.Compare(clientv3.ModRevision(last), "=", revision)
	// Of two answers no, the conditions' own is final.
	r, err := w.etcd.client.Txn(ctx).If(w.also...).
		Then(clientv3.OpTxn([]clientv3.Cmp{inTime}, []clientv3.Op{w.op, clientv3.OpPut(last, w.id)}, nil)).Commit()
	if err != nil || !r.Succeeded {
		return false, err
	}
	if !r.Responses[0].GetResponseTxn().Succeeded {
		return false, errOvertaken
	}
	return true, nil
}
