package presence

import (
	"container/heap"
	"sync"
	"time"
)

// shard holds a part of the users.
type shard struct {
	mu    sync.Mutex
	users map[userKey]*user
	due   dueHeap
}

// user finds or makes a user. Called with the shard locked.
func (s *Server) user(sh *shard, key userKey) *user {
	u, ok := sh.users[key]
	if !ok {
		u = &user{key: key, index: -1}
		u.told.User, u.told.Version = key.user, s.nextVersion(key)
		sh.users[key] = u
	}
	return u
}

// schedule puts a user into the heap at due; zero takes them out. A due that
// moved later stays where it is until it comes up: a lease that is renewed
// costs no work here.
func (sh *shard) schedule(u *user, due time.Time) {
	switch {
	case due.IsZero():
		if u.index >= 0 {
			heap.Remove(&sh.due, u.index)
		}
	case u.index < 0:
		u.due = due
		heap.Push(&sh.due, u)
	case due.Before(u.due):
		u.due = due
		heap.Fix(&sh.due, u.index)
	}
}

// pop takes out a user whose time has come; nil when there is none.
func (sh *shard) pop(now time.Time) *user {
	if len(sh.due) == 0 || sh.due[0].due.After(now) {
		return nil
	}
	return heap.Pop(&sh.due).(*user)
}

// forgetIfIdle drops a user of whom nothing is known and whom nobody watches.
func (sh *shard) forgetIfIdle(u *user, now time.Time) {
	if len(u.devices) > 0 || len(u.watchers) > 0 || u.awayKnownUntil.After(now) {
		return
	}
	if u.index >= 0 {
		heap.Remove(&sh.due, u.index)
	}
	delete(sh.users, u.key)
}

// dueHeap orders users by when they are due; container/heap's interface.
type dueHeap []*user

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *dueHeap) Push(x any) {
	u := x.(*user)
	u.index = len(*h)
	*h = append(*h, u)
}

func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	u := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	u.index = -1
	return u
}
