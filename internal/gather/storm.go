package gather

import (
	"time"

	"taut/chat"
)

const (
	// usual is how many keys a second are asked for as they come.
	usual = 400
	// each is by how much one more than that sets the queries apart: in a storm of a
	// thousand a second the first ones are so far apart already that few are made before
	// it is known for one, and the tens that may come together by chance wait for little.
	each = 2 * time.Millisecond
	// counted is how many more are counted, so that a storm is soon forgotten, but not
	// between its waves: those whom one query answered ask their next question together.
	counted = 250
	// few is how many more of one workspace count for the others too: that many have
	// storms of their own, together they are everybody's.
	few = 20
	// remembered is how many workspaces are counted before those are forgotten of which no
	// more than usual have come.
	remembered = 1_024
	// lull is how long nobody comes when all who do are there: fewer clients than are
	// waited for, each of which asks again when it is answered. After a large query others
	// are waited for all the same.
	lull  = 50 * time.Millisecond
	large = 100
)

// storm tells how many more ask than usual: of each workspace, and of all those which
// have no storm of their own.
type storm struct {
	all  surplus
	of   map[chat.WorkspaceID]surplus
	room int       // in of, before it is looked through
	last time.Time // when the last one came
}

func newStorm() storm { return storm{of: map[chat.WorkspaceID]surplus{}, room: remembered} }

// came counts a key that nobody waits for yet.
func (s *storm) came(w chat.WorkspaceID, now time.Time) {
	s.last = now
	own := s.of[w].plusOne(now)
	if own.count < few {
		s.all = s.all.plusOne(now)
	}
	s.of[w] = own
	if len(s.of) > s.room {
		s.forget(now)
		s.room = max(remembered, 2*len(s.of))
	}
}

// apart is how far apart queries are for the workspace's sake.
func (s *storm) apart(w chat.WorkspaceID, now time.Time) time.Duration {
	return time.Duration((max(s.of[w].left(now), s.all.left(now), 1) - 1) * float64(each))
}

// forget drops the workspaces of which no more than usual have come.
func (s *storm) forget(now time.Time) {
	for w, own := range s.of {
		if own.left(now) == 0 {
			delete(s.of, w)
		}
	}
}

// surplus counts what comes, and goes by as usual.
type surplus struct {
	count float64
	at    time.Time
}

func (s surplus) left(now time.Time) float64 {
	return max(0, s.count-usual*now.Sub(s.at).Seconds())
}

func (s surplus) plusOne(now time.Time) surplus {
	return surplus{min(s.left(now)+1, counted), now}
}
