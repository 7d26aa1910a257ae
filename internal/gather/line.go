package gather

import (
	"slices"

	"taut/chat"
)

// line holds those who wait. Workspaces have their turns one after the other, so that
// many of one keep nobody else waiting (G7).
type line[K comparable, V any] struct {
	order []chat.WorkspaceID // those with questions; whose turn it is first
	of    map[chat.WorkspaceID][]*question[K, V]
	keys  map[K]int // how often each is asked for
}

func newLine[K comparable, V any]() line[K, V] {
	return line[K, V]{of: map[chat.WorkspaceID][]*question[K, V]{}, keys: map[K]int{}}
}

// first is whose turn it is; nil where nobody waits.
func (l *line[K, V]) first() *question[K, V] {
	if len(l.order) == 0 {
		return nil
	}
	return l.of[l.order[0]][0]
}

func (l *line[K, V]) push(w chat.WorkspaceID, q *question[K, V]) {
	if len(l.of[w]) == 0 {
		l.order = append(l.order, w)
	}
	l.of[w] = append(l.of[w], q)
	l.keys[q.key]++
}

// pop takes out whose turn it is; there is one.
func (l *line[K, V]) pop() *question[K, V] {
	w := l.order[0]
	l.order = l.order[1:]
	q := l.of[w][0]
	l.uncount(q.key)
	if l.of[w] = l.of[w][1:]; len(l.of[w]) > 0 {
		l.order = append(l.order, w)
	} else {
		delete(l.of, w)
	}
	return q
}

// remove takes out one who waits; false where they don't.
func (l *line[K, V]) remove(w chat.WorkspaceID, q *question[K, V]) bool {
	i := slices.Index(l.of[w], q)
	if i < 0 {
		return false
	}
	l.uncount(q.key)
	if l.of[w] = slices.Delete(l.of[w], i, i+1); len(l.of[w]) == 0 {
		delete(l.of, w)
		l.order = slices.DeleteFunc(l.order, func(o chat.WorkspaceID) bool { return o == w })
	}
	return true
}

func (l *line[K, V]) uncount(k K) {
	if l.keys[k]--; l.keys[k] == 0 {
		delete(l.keys, k)
	}
}
