package presence

import (
	"context"
	"time"

	"taut/chat"
)

// run brings home what has moved, when something has, and again where that failed.
func (l *spreadLink) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		for !l.bringHome(ctx) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(spreadRetry):
			}
		}
	}
}

// bringHome renews devices at their servers, waits until other gateways have done so
// too, and then watches. It tells whether all is where it belongs.
func (l *spreadLink) bringHome(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, spreadTimeout)
	defer cancel()
	if !l.sendDevices(ctx) {
		return false
	}
	if len(l.astray()) == 0 {
		return true
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(arrival):
	}
	return l.watchAnew(ctx)
}

// sendDevices renews those that are at another server than they belong to.
func (l *spreadLink) sendDevices(ctx context.Context) bool {
	l.calls.Lock()
	defer l.calls.Unlock()
	l.forgetEnded()
	var moved []chat.Device
	for _, p := range l.devices {
		if p.at == nil || p.at != l.spread.owner(p.device.Workspace, p.device.User) {
			moved = append(moved, p.device)
		}
	}
	return l.renew(ctx, moved) == nil
}

// forgetEnded: what was at a server whose link has ended is nowhere.
func (l *spreadLink) forgetEnded() {
	for at, link := range l.links {
		select {
		case <-link.Ended():
		default:
			continue
		}
		delete(l.links, at)
		for c, p := range l.devices {
			if p.at == at {
				l.devices[c] = placed{p.device, nil}
			}
		}
		for k, by := range l.watched {
			if by == at {
				l.note(k, nil)
			}
		}
	}
}

// astray are the users who are watched at another server than they belong to.
func (l *spreadLink) astray() map[chat.WorkspaceID][]chat.UserID {
	l.calls.Lock()
	defer l.calls.Unlock()
	users := map[chat.WorkspaceID][]chat.UserID{}
	for k, at := range l.watched {
		if at == nil || at != l.spread.owner(k.workspace, k.user) {
			users[k.workspace] = append(users[k.workspace], k.user)
		}
	}
	return users
}

// watchAnew watches them where they belong, tells their states, and lets the servers
// of before go.
func (l *spreadLink) watchAnew(ctx context.Context) bool {
	home := true
	for w, users := range l.astray() {
		l.calls.Lock()
		before := map[chat.Presence][]chat.UserID{}
		there := users[:0]
		for _, u := range users {
			if at, watched := l.watched[userKey{w, u}]; watched { // still
				before[at] = append(before[at], u)
				there = append(there, u)
			}
		}
		states, err := l.watch(ctx, w, there)
		home = home && err == nil
		for at, some := range before {
			if link := l.links[at]; link != nil && err == nil {
				link.Watch(ctx, w, nil, some) // else it goes on telling, and is dropped by its version
			}
		}
		l.calls.Unlock()
		for _, s := range states {
			l.sink.PresenceChanged(w, s)
		}
	}
	return home
}
