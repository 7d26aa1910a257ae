package rpc

import (
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"taut/chat"
)

// beatEvery is the time between a presence link's heartbeats.
const beatEvery = time.Second

// watcher is the presence server's end of a gateway's link: its sink, which keeps
// the last state of each user until it is sent.
type watcher struct {
	out *outbox

	mu   sync.Mutex
	news map[watchedUser]chat.PresenceState // guarded by mu; of users who are watched
}

type watchedUser struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

// PresenceChanged replaces what was not sent yet, unless that is newer.
func (w *watcher) PresenceChanged(team chat.WorkspaceID, s chat.PresenceState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := watchedUser{team, s.User}
	if old, waits := w.news[at]; !waits || old.Version <= s.Version {
		w.news[at] = s
	}
	w.out.signal()
}

// take is what is new, some of it.
func (w *watcher) take() (items []item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for at, s := range w.news {
		if len(items) == maxWhispers {
			w.out.signal()
			break
		}
		delete(w.news, at)
		items = append(items, &changed{at.workspace, s})
	}
	return items
}

// attachPresence serves a gateway's link until either end is gone.
func (s *Server) attachPresence(st grpc.ServerStream) error {
	gateway, err := attaching(st.Context())
	if err != nil {
		return err
	}
	w := &watcher{out: newOutbox(), news: make(map[watchedUser]chat.PresenceState)}
	link, err := s.services.Presence.Attach(st.Context(), gateway, w)
	if err != nil {
		return toStatus(err)
	}
	defer link.Close()
	s.running.Go(func() { w.receive(st, link) })
	w.out.push(&welcome{})
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for {
		select {
		case <-st.Context().Done():
			return nil
		case <-s.life.Done():
			return status.Error(codes.Unavailable, "the node goes away")
		case <-beat.C:
			w.out.push(&heartbeat{})
		case <-w.out.wake:
		}
		for items := append(w.out.take(), w.take()...); len(items) > 0; items = append(w.out.take(), w.take()...) {
			if err := st.SendMsg(&batch{items}); err != nil {
				return err
			}
		}
	}
}

// receive does what the gateway asks, one thing after another, until the stream ends.
func (w *watcher) receive(st grpc.ServerStream, link chat.PresenceLink) {
	for {
		var b batch
		if err := st.RecvMsg(&b); err != nil {
			return
		}
		for _, i := range b.items {
			switch i := i.(type) {
			case *renew:
				w.out.push(&states{ID: i.ID, Failure: failureOf(link.Renew(st.Context(), i.Devices))})
			case *release:
				w.out.push(&states{ID: i.ID, Failure: failureOf(link.Release(st.Context(), i.Devices))})
			case *watch:
				got, err := link.Watch(st.Context(), i.Workspace, i.Add, i.Remove)
				w.out.push(&states{i.ID, failureOf(err), got})
			}
		}
	}
}
