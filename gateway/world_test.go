package gateway_test

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"taut/chat"
)

const team = chat.WorkspaceID("T0000000001")

// world plays all that a gateway talks to: channel server, log, conversations
// and authenticator, with one mutex and faults to order.
type world struct {
	mu          sync.Mutex
	logs        map[chat.Stream][]chat.Event
	trimmed     map[chat.Stream]int64
	members     map[chat.Stream]map[chat.UserID][]chat.Membership
	users       map[string]chat.Caller
	roles       map[chat.UserID]chat.Role // since they were authenticated; "" deactivated
	links       map[*worldLink]struct{}
	likely      map[chat.UserID][]chat.ChannelID // where users were when somebody last asked
	incarnation string
	clock       chat.TS
	whole       chat.Mark // that heartbeats tell

	// Faults.
	lose      int // so many deliveries get lost
	refusals  int // deliveries that the gateway refused
	failReads int // so many reads fail
	failSubs  int // so many Subscribe calls fail
	// beforeSubscribe runs before the next Subscribe.
	beforeSubscribe func()
	holdReads       chan struct{} // not nil: reads wait for it
	reads           int
	biggest         int           // page, in bytes of payload
	holdWhispers    chan struct{} // not nil: whispers wait for it
	whispers        []chat.Ephemeral
}

func newWorld() *world {
	return &world{
		logs:    map[chat.Stream][]chat.Event{},
		trimmed: map[chat.Stream]int64{},
		members: map[chat.Stream]map[chat.UserID][]chat.Membership{},
		users:   map[string]chat.Caller{}, links: map[*worldLink]struct{}{},
		likely:      map[chat.UserID][]chat.ChannelID{},
		incarnation: "one", clock: 1_700_000_000_000_000,
	}
}

func userID(name string) chat.UserID      { return chat.UserID(idOf("U", name)) }
func channelID(name string) chat.StreamID { return chat.StreamID(idOf("C", name)) }

// idOf is an id that shows the name: U0000000ANN.
func idOf(prefix, name string) string {
	return prefix + strings.Repeat("0", 10-len(name)) + strings.ToUpper(name)
}
func streamOf(id chat.StreamID) chat.Stream { return chat.Stream{Workspace: team, ID: id} }

// addUser makes a user whose token and ticket is the name.
func (w *world) addUser(name string, role chat.Role) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[name] = chat.Caller{Workspace: team, User: userID(name), Role: role}
}

func (w *world) Authenticate(_ context.Context, token string) (chat.Caller, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c, ok := w.users[token]; ok {
		return c, nil
	}
	if token == "retired" {
		return chat.Caller{}, chat.NewError(chat.Inactive, "")
	}
	return chat.Caller{}, chat.NewError(chat.Unauthenticated, "")
}

func (w *world) AuthenticateFrom(ctx context.Context, p chat.Presented) (chat.Caller, error) {
	c, err := w.Authenticate(ctx, p.Token)
	if c.TokenType == chat.SessionToken && p.Cookie != p.Token {
		return chat.Caller{}, chat.NewError(chat.Unauthenticated, "")
	}
	return c, err
}

func (w *world) RedeemTicket(ctx context.Context, ticket string) (chat.Caller, error) {
	return w.Authenticate(ctx, ticket)
}

func (w *world) Incarnation(context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.incarnation, nil
}

func (w *world) Memberships(_ context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := chat.MembershipSnapshot{Seq: w.head(c.Workspace.User(c.User)), Role: c.Role}
	if role, ok := w.roles[c.User]; ok {
		if m.Role = role; role == "" {
			return m, chat.NewError(chat.Inactive, "user")
		}
	}
	for s, users := range w.members {
		for _, i := range users[c.User] {
			if i.LeftSeq == 0 {
				i.Channel = chat.ChannelID(s.ID)
				m.Channels = append(m.Channels, i)
			}
		}
	}
	w.likely[c.User] = nil
	for _, i := range m.Channels {
		w.likely[c.User] = append(w.likely[c.User], i.Channel)
	}
	return m, nil
}

func (w *world) LikelyChannels(_ context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.likely[c.User], nil
}

// VisibleUsers of guests: whom they share a channel with.
func (w *world) VisibleUsers(_ context.Context, c chat.Caller, users []chat.UserID) (visible []chat.UserID, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range users {
		shared := u == c.User
		for s := range w.members {
			shared = shared || w.isMember(s, c.User) && w.isMember(s, u)
		}
		if shared || !c.Role.IsGuest() {
			visible = append(visible, u)
		}
	}
	return visible, nil
}

func (w *world) Post(_ context.Context, c chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	s := streamOf(chat.StreamID(p.Channel))
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.isMember(s, c.User) {
		return chat.RTMPosted{}, chat.NewError(chat.NotFound, "channel")
	}
	e := w.append(s, "message", c.User, messageOf(c.User, p.Channel, p.Text), p.Origin)
	return chat.RTMPosted{Stream: s, Seq: e.Seq, TS: e.TS, Text: p.Text}, nil
}

func messageOf(u chat.UserID, channel, text string) map[string]any {
	return map[string]any{"type": "message", "user": u, "channel": channel, "text": text}
}

func (w *world) isMember(s chat.Stream, u chat.UserID) bool {
	i := w.members[s][u]
	return len(i) > 0 && i[len(i)-1].LeftSeq == 0
}

// post appends a message as the API would.
func (w *world) post(channel, user, text string) chat.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := channelID(channel)
	return w.append(streamOf(id), "message", userID(user), messageOf(userID(user), string(id), text), "")
}

// event appends any event to any stream.
func (w *world) event(id chat.StreamID, payload map[string]any) chat.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.append(streamOf(id), payload["type"].(string), "", payload, "")
}

// join makes a user a member. Late: the user's own stream hears of it when the
// returned function is called.
func (w *world) join(channel, user string, late bool) func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, u := channelID(channel), userID(user)
	s := streamOf(id)
	e := w.append(s, chat.TypeMemberJoined, u, map[string]any{"type": chat.TypeMemberJoined, "user": u, "channel": id}, "")
	if w.members[s] == nil {
		w.members[s] = map[chat.UserID][]chat.Membership{}
	}
	w.members[s][u] = append(w.members[s][u], chat.Membership{JoinedSeq: e.Seq})
	tell := func() {
		w.append(streamOf(chat.StreamID(u)), "channel_joined", u, map[string]any{"type": "channel_joined", "channel": map[string]any{"id": id}, "stream_id": id, "joined_seq": e.Seq}, "")
	}
	if !late {
		tell()
		return func() {}
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		tell()
	}
}

// leave is join's opposite.
func (w *world) leave(channel, user string, late bool) func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, u := channelID(channel), userID(user)
	s := streamOf(id)
	i := w.members[s][u]
	left := w.head(s) + 1
	i[len(i)-1].LeftSeq = left
	w.append(s, chat.TypeMemberLeft, u, map[string]any{"type": chat.TypeMemberLeft, "user": u, "channel": id}, "")
	tell := func() {
		w.append(streamOf(chat.StreamID(u)), "channel_left", u, map[string]any{"type": "channel_left", "channel": id, "stream_id": id, "left_seq": left}, "")
	}
	if !late {
		tell()
		return func() {}
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		tell()
	}
}

func (w *world) head(s chat.Stream) int64 {
	if log := w.logs[s]; len(log) > 0 {
		return log[len(log)-1].Seq
	}
	return 0
}

func (w *world) append(s chat.Stream, kind string, u chat.UserID, payload map[string]any, origin string) chat.Event {
	w.clock++
	e := chat.Event{Stream: s, Seq: w.head(s) + 1, TS: w.clock, Type: kind, User: u, Origin: origin}
	if kind == "message" {
		payload["ts"] = e.TS
	}
	payload["event_ts"] = e.TS
	e.Payload, _ = json.Marshal(payload)
	w.logs[s] = append(w.logs[s], e)
	if w.lose > 0 {
		w.lose--
		for l := range w.links {
			if at, ok := l.sent[s]; ok && at == e.Seq-1 {
				l.sent[s] = e.Seq
			}
		}
	}
	w.pump(s)
	return e
}

// pump sends each link what it lacks of a stream.
func (w *world) pump(s chat.Stream) {
	for l := range w.links {
		at, ok := l.sent[s]
		if !ok {
			continue
		}
		events := w.logs[s][at:]
		if len(events) == 0 {
			continue
		}
		if l.sink.Deliver(slices.Clone(events)) {
			l.sent[s] = w.head(s)
		} else {
			w.refusals++
		}
	}
}

// beat is the once-a-second heartbeat; refused deliveries are offered again.
func (w *world) beat() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for l := range w.links {
		var heads []chat.Head
		for s := range l.sent {
			w.pump(s)
			heads = append(heads, chat.Head{Stream: s, Seq: w.head(s)})
		}
		slices.SortFunc(heads, func(a, b chat.Head) int { return cmp.Compare(a.Stream.ID, b.Stream.ID) })
		l.sink.Heartbeat(heads, w.whole)
	}
}

func (w *world) Publish(context.Context, []chat.Event) error { return nil }

func (w *world) Whisper(ctx context.Context, e chat.Ephemeral) {
	w.mu.Lock()
	hold := w.holdWhispers
	w.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whispers = append(w.whispers, e)
	for l := range w.links {
		if _, ok := l.sent[e.Stream]; ok {
			l.sink.Whisper(e)
		}
	}
}

func (w *world) Attach(_ context.Context, _ string, sink chat.Sink) (chat.Link, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := &worldLink{world: w, sink: sink, sent: map[chat.Stream]int64{}, ended: make(chan struct{})}
	w.links[l] = struct{}{}
	return l, nil
}

type worldLink struct {
	world *world
	sink  chat.Sink
	sent  map[chat.Stream]int64
	ended chan struct{}
}

func (l *worldLink) Subscribe(_ context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	w := l.world
	w.mu.Lock()
	if act := w.beforeSubscribe; act != nil {
		w.beforeSubscribe = nil
		w.mu.Unlock()
		act()
		w.mu.Lock()
	}
	defer w.mu.Unlock()
	if w.failSubs > 0 {
		w.failSubs--
		return nil, chat.NewError(chat.Unavailable, "channel server")
	}
	var positions []chat.Position
	for _, sub := range subs {
		at, had := l.sent[sub.Stream]
		switch {
		case sub.After >= 0:
			l.sent[sub.Stream] = sub.After
		case !had:
			l.sent[sub.Stream] = w.head(sub.Stream)
		default:
			positions = append(positions, chat.Position{Stream: sub.Stream, Seq: at})
			continue
		}
		positions = append(positions, chat.Position{Stream: sub.Stream, Seq: w.head(sub.Stream)})
		w.pump(sub.Stream)
	}
	return positions, nil
}

func (l *worldLink) Ended() <-chan struct{} { return l.ended }

// breakLinks ends all links, as a channel server does that dies.
func (w *world) breakLinks() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for l := range w.links {
		close(l.ended)
		delete(w.links, l)
	}
}

func (l *worldLink) Unsubscribe(streams []chat.Stream) {
	l.world.mu.Lock()
	defer l.world.mu.Unlock()
	for _, s := range streams {
		delete(l.sent, s)
	}
}

func (l *worldLink) Read(ctx context.Context, r chat.ReadRequest) (chat.Page, error) {
	w := l.world
	w.mu.Lock()
	hold := w.holdReads
	w.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return chat.Page{}, ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reads++
	if w.failReads > 0 {
		w.failReads--
		return chat.Page{}, chat.NewError(chat.Unavailable, "log")
	}
	intervals := w.members[r.Stream][r.User]
	p := chat.Page{Head: w.head(r.Stream), Trimmed: w.trimmed[r.Stream], Next: r.After}
	if r.User != "" && len(intervals) == 0 {
		return chat.Page{Gone: true}, nil
	}
	size := 0
	defer func() { w.biggest = max(w.biggest, size) }()
	for _, e := range w.logs[r.Stream] {
		if e.Seq <= r.After {
			continue
		}
		if len(p.Events) == r.Limit || r.Bytes > 0 && size > r.Bytes {
			return p, nil
		}
		p.Next = e.Seq
		if r.User == "" || slices.ContainsFunc(intervals, func(m chat.Membership) bool { return m.Contains(e.Seq) }) {
			e.Origin = ""
			p.Events = append(p.Events, e)
			size += len(e.Payload)
		}
	}
	return p, nil
}

func (l *worldLink) Close() {
	l.world.mu.Lock()
	defer l.world.mu.Unlock()
	if _, open := l.world.links[l]; open {
		close(l.ended)
	}
	delete(l.world.links, l)
}
