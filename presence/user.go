package presence

import (
	"slices"
	"time"

	"taut/chat"
)

type userKey struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

// user is what is known of one person. Guarded by its shard's lock.
type user struct {
	key        userKey
	devices    []device // few: a slice costs least
	watchers   []*link  // one a gateway
	manualAway bool
	// awayKnownUntil: until then SetAway's word is not overruled by a device.
	awayKnownUntil time.Time
	lastActiveMS   int64 // survives the devices

	told chat.PresenceState // as of the last settle

	due   time.Time // when time alone may change the state; zero: never
	index int       // in the shard's heap, -1: not there
}

// device is one socket's lease.
type device struct {
	connection string
	ends       time.Time
	released   bool // the socket closed; what is left is the grace
}

// state is what may be known of the user now; the version is the caller's.
func (u *user) state(now time.Time, o Options) chat.PresenceState {
	st := chat.PresenceState{User: u.key.user, ManualAway: u.manualAway, LastActiveMS: u.lastActiveMS}
	for _, d := range u.devices {
		if !now.Before(d.ends) {
			continue
		}
		st.Online = true
		if !d.released {
			st.Connections++
		}
	}
	st.AutoAway = st.Online && !now.Before(u.autoAwayAt(now, o))
	st.Active = st.Online && !st.AutoAway && !st.ManualAway
	return st
}

// autoAwayAt is when the person's idling makes them away. The product's clock
// writes the last act, so the difference is taken on that clock.
func (u *user) autoAwayAt(now time.Time, o Options) time.Time {
	idle := time.Duration(chat.Now().UnixMilli()-u.lastActiveMS) * time.Millisecond
	return now.Add(o.AutoAway - idle)
}

// renew starts or renews a device; full says that the user has no room for one
// more. It tells whether the device is new.
func (u *user) renew(d chat.Device, now time.Time, o Options, full bool) (started bool) {
	if len(u.devices) == 0 && now.After(u.awayKnownUntil) {
		u.manualAway = d.Away
	}
	old := u.device(d.Connection)
	if old == nil && d.ActiveMS == 0 {
		d.ActiveMS = chat.Now().UnixMilli() // to open a socket is an act
	}
	u.lastActiveMS = max(u.lastActiveMS, d.ActiveMS)
	switch {
	case old != nil && !old.released:
		old.ends = now.Add(o.Lease)
	case old == nil && !full && len(u.devices) < o.MaxPerUser:
		u.devices = append(u.devices, device{connection: d.Connection, ends: now.Add(o.Lease)})
		return true
	}
	return false
}

// device finds one by its connection; nil where there is none.
func (u *user) device(connection string) *device {
	i := slices.IndexFunc(u.devices, func(d device) bool { return d.connection == connection })
	if i < 0 {
		return nil
	}
	return &u.devices[i]
}

// release leaves a device its grace. A renewal that was under way when the
// socket closed doesn't bring it back.
func (u *user) release(connection string, now time.Time, o Options) {
	d := u.device(connection)
	if d == nil || d.released {
		return
	}
	d.released = true
	if end := now.Add(o.Grace); end.Before(d.ends) {
		d.ends = end
	}
}

func (u *user) dropEnded(now time.Time) (dropped int) {
	before := len(u.devices)
	u.devices = slices.DeleteFunc(u.devices, func(d device) bool { return !now.Before(d.ends) })
	return before - len(u.devices)
}

// nextDue is the next moment at which time alone may change the user.
func (u *user) nextDue(now time.Time, o Options) time.Time {
	var due time.Time
	earlier := func(t time.Time) {
		if t.After(now) && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	for _, d := range u.devices {
		earlier(d.ends)
	}
	if len(u.devices) > 0 {
		earlier(u.autoAwayAt(now, o))
	}
	earlier(u.awayKnownUntil)
	return due
}
