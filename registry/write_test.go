package registry

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// TestALateAttemptChangesNothing: what a call gave up and etcd does later is not done
// after what was written since, be that put, deleted, or by the same leader.
func TestALateAttemptChangesNothing(t *testing.T) {
	_, endpoints := members(t, 1)
	r := open(t, "w", endpoints...)
	leader, err := lease(t, r, time.Minute).Lead(t.Context(), "ring", "me")
	must(t, err)
	put := func(key, value string) func() error {
		return func() error { return r.Put(t.Context(), key, []byte(value)) }
	}
	undo := func() error { return r.Delete(t.Context(), "drain/n") }
	lead := func(value string) func() error {
		return func() error { return leader.Put(t.Context(), "ring", []byte(value)) }
	}
	for _, late := range []struct {
		what  string
		op    clientv3.Op
		since []func() error
		key   string
		want  string // empty: nothing
	}{
		{"a mark after it was put and taken away", clientv3.OpPut("w/drain/n", "late"), []func() error{put("drain/n", "{}"), undo}, "drain/n", ""},
		{"a mark after there was none to take away", clientv3.OpPut("w/drain/n", "late"), []func() error{undo}, "drain/n", ""},
		{"a mark's end after it was put again", clientv3.OpDelete("w/drain/n"), []func() error{undo, put("drain/n", "{}")}, "drain/n", "{}"},
		{"an older ring after a newer one", clientv3.OpPut("w/ring", "older"), []func() error{lead("older"), lead("newer")}, "ring", "newer"},
	} {
		w := r.write(late.op)
		before, err := w.look(t.Context())
		must(t, err)
		for _, write := range late.since {
			must(t, write())
		}
		if _, err := w.try(t.Context(), before.revision); !errors.Is(err, errOvertaken) {
			t.Errorf("%s: %v", late.what, err)
		}
		keys, err := r.List(t.Context(), late.key)
		must(t, err)
		if got, there := keys[""]; string(got) != late.want || there != (late.want != "") {
			t.Errorf("%s: %s is %q", late.what, late.key, got)
		}
	}
}

// TestAnAttemptThatWasDoneIsNotDoneAgain, though nobody heard of it.
func TestAnAttemptThatWasDoneIsNotDoneAgain(t *testing.T) {
	_, endpoints := members(t, 1)
	r := open(t, "w", endpoints...)
	w := r.write(clientv3.OpPut("w/drain/n", "{}"))
	for range 2 {
		if written, err := w.do(t.Context()); err != nil || !written {
			t.Fatal(written, err)
		}
	}
	of, err := r.client.Get(t.Context(), "w/drain/n")
	must(t, err)
	if n := of.Kvs[0].Version; n != 1 {
		t.Errorf("it was written %d times", n)
	}
}

// TestManyWriteAtOnce: each write is done, though each overtakes others.
func TestManyWriteAtOnce(t *testing.T) {
	_, endpoints := members(t, 1)
	r := open(t, "w", endpoints...)
	var writing sync.WaitGroup
	for n := range 8 {
		writing.Go(func() {
			if err := r.Put(t.Context(), fmt.Sprint("drain/", n), []byte("{}")); err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	if keys, err := r.List(t.Context(), "drain/"); err != nil || len(keys) != 8 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}
