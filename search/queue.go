package search

import "taut/chat"

// queue holds the streams that grew. Workspaces have their turns one after the
// other, and the streams of each too, so that a flood keeps nobody else waiting
// (G7).
type queue struct {
	heads map[chat.Stream]int64
	order []chat.WorkspaceID
	lines map[chat.WorkspaceID][]chat.Stream
}

func newQueue() queue {
	return queue{heads: map[chat.Stream]int64{}, lines: map[chat.WorkspaceID][]chat.Stream{}}
}

func (q *queue) empty() bool { return len(q.heads) == 0 }
func (q *queue) len() int    { return len(q.heads) }

// add says that the stream has grown to head.
func (q *queue) add(s chat.Stream, head int64) {
	known, waits := q.heads[s]
	q.heads[s] = max(known, head)
	if waits {
		return
	}
	line := q.lines[s.Workspace]
	if len(line) == 0 {
		q.order = append(q.order, s.Workspace)
	}
	q.lines[s.Workspace] = append(line, s)
}

// next takes the stream whose turn it is.
func (q *queue) next() (s chat.Stream, head int64, ok bool) {
	if len(q.order) == 0 {
		return s, 0, false
	}
	w := q.order[0]
	q.order = q.order[1:]
	line := q.lines[w]
	s, head = line[0], q.heads[line[0]]
	delete(q.heads, s)
	if line = line[1:]; len(line) > 0 {
		q.lines[w] = line
		q.order = append(q.order, w)
	} else {
		delete(q.lines, w)
	}
	return s, head, true
}
