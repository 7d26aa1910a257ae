package edgecache

import (
	"context"
	"time"

	"taut/chat"
)

// Committed takes events that this process has committed, before their caller's
// answer: who changed something and asks here sees it. They are applied later, so that
// nobody's commit waits for that, and before the workspace's next question is answered.
func (s *Server) Committed(events []chat.Event) {
	for from := 0; from < len(events); {
		to := from + 1
		for to < len(events) && events[to].Stream == events[from].Stream {
			to++
		}
		of := events[from].Stream
		if of.ID.Kind() == chat.WorkspaceStream && !s.told.add(of.Workspace, events[from:to]) {
			signal(s.behind)
		}
		from = to
	}
}

// apply applies what was committed until the Server closes.
func (s *Server) apply() {
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.told.ready:
		}
		for _, w := range s.told.workspaces() {
			s.catchUp(w)
		}
	}
}

// catchUp applies what was committed of a workspace. Who finds nothing told and looks
// at the directory then waits for whoever is at it.
func (s *Server) catchUp(w chat.WorkspaceID) {
	s.mu.Lock()
	h := s.held[w]
	if h == nil || h.directory == nil {
		s.told.take(w) // a load that begins later reads them
		s.mu.Unlock()
		return
	}
	d := h.directory
	s.mu.Unlock()
	if d.offer(func() []chat.Event { return s.told.take(w) }) {
		signal(s.behind)
	}
}

// run looks at the heads until the Server closes.
func (s *Server) run() {
	tick := time.NewTicker(s.options.Every)
	defer tick.Stop()
	var warned time.Time
	for {
		select {
		case <-s.life.Done():
			return
		case now := <-tick.C:
			s.hints.sweep(now.Add(-hintIdle))
		case <-s.behind:
		}
		if err := s.look(s.life); err != nil && s.life.Err() == nil && time.Since(warned) > warnTime {
			warned = time.Now()
			s.log.Warn("directories could not be looked at", "err", err)
		}
	}
}

// look reads what the held directories lack, and drops those that are of no more use.
func (s *Server) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	all := s.sweep()
	if len(all) == 0 {
		return nil
	}
	streams := make([]chat.Stream, 0, len(all))
	for w := range all {
		streams = append(streams, w.Directory())
	}
	at := time.Now()
	heads, err := s.logs.Heads(ctx, streams)
	if err != nil {
		return err
	}
	for _, h := range heads {
		// One that does not get there breaks, or is believed no longer.
		err := s.reach(ctx, all[h.Stream.Workspace], h.Seq, at)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.log.Info("a directory could not follow its stream", "workspace", h.Stream.Workspace, "err", err)
		}
	}
	return nil
}

// reach takes no more than a part of a look's time: others have to be reached too.
func (s *Server) reach(ctx context.Context, d *directory, head int64, at time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	return d.reach(ctx, s.logs, head, at)
}

// sweep drops what is idle or over, and gives the directories that are left.
func (s *Server) sweep() map[chat.WorkspaceID]*directory {
	now, incarnation := time.Now(), s.logs.Incarnation()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[chat.WorkspaceID]*directory{}
	for w, h := range s.held {
		switch {
		case !h.over():
		case h.err != nil:
			if !now.Before(h.until) {
				delete(s.held, w)
			}
		case now.Sub(h.used) > s.options.Idle:
			s.drop(w, reasonIdle)
		default:
			if why := h.directory.state(incarnation, time.Time{}); why != "" {
				s.drop(w, why)
				continue
			}
			all[w] = h.directory
		}
	}
	s.makeRoom()
	return all
}
