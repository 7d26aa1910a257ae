package rpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"taut/chat"
	"taut/internal/certs"
)

// owner is a channel server whose side of things a test plays.
type owner struct {
	mu        sync.Mutex
	published []chat.Event
	refuse    error
	links     chan *ownersLink
}

func newOwner() *owner { return &owner{links: make(chan *ownersLink, 4)} }

func (o *owner) Publish(_ context.Context, events []chat.Event) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.published = append(o.published, events...)
	return o.refuse
}

func (o *owner) Whisper(context.Context, chat.Ephemeral) {}

func (o *owner) Attach(_ context.Context, gateway string, sink chat.Sink) (chat.Link, error) {
	if gateway == "unwelcome" {
		return nil, chat.NewError(chat.Unavailable, "lease")
	}
	l := &ownersLink{gateway: gateway, sink: sink, ended: make(chan struct{}), rewound: make(chan chat.Subscription, 4), left: make(chan chat.Stream, 4)}
	o.links <- l
	return l, nil
}

type ownersLink struct {
	gateway string
	sink    chat.Sink
	once    sync.Once
	ended   chan struct{}
	rewound chan chat.Subscription
	left    chan chat.Stream
}

func (l *ownersLink) Subscribe(_ context.Context, subs []chat.Subscription) ([]chat.Position, error) {
	if subs[0].Stream.ID == "C404" {
		return nil, chat.NewError(chat.Moved, "stream")
	}
	l.sink.Deliver([]chat.Event{{Stream: subs[0].Stream, Seq: subs[0].After + 1, Payload: []byte(`{}`)}})
	return []chat.Position{{Stream: subs[0].Stream, Seq: 41}}, nil
}

func (l *ownersLink) Unsubscribe(s []chat.Stream) { l.left <- s[0] }
func (l *ownersLink) Read(_ context.Context, r chat.ReadRequest) (chat.Page, error) {
	return chat.Page{Events: []chat.Event{{Stream: r.Stream, Seq: r.After + 1}}, Next: r.After + 1, Head: 9}, nil
}
func (l *ownersLink) Rewind(s chat.Stream, after int64) {
	l.rewound <- chat.Subscription{Stream: s, After: after}
}
func (l *ownersLink) Ended() <-chan struct{} { return l.ended }
func (l *ownersLink) Close()                 { l.once.Do(func() { close(l.ended) }) }

// sink is a gateway.
type sink struct {
	events     chan chat.Event
	heartbeats chan []chat.Head
	whole      chat.Mark // of the last heartbeat
	full       func() bool
}

func newSink() *sink {
	return &sink{events: make(chan chat.Event, 100_000), heartbeats: make(chan []chat.Head, 100), full: func() bool { return false }}
}

func (s *sink) Deliver(events []chat.Event) bool {
	if s.full() {
		return false
	}
	for _, e := range events {
		s.events <- e
	}
	return true
}
func (s *sink) Whisper(chat.Ephemeral) {}
func (s *sink) Heartbeat(heads []chat.Head, whole chat.Mark) {
	s.whole = whole
	s.heartbeats <- heads
}

// identities makes a cluster of nodes with the names.
func identities(t testing.TB, cluster string, nodes ...string) (ids []*certs.Identity) {
	t.Helper()
	dir := t.TempDir()
	if err := certs.MakeAuthority(dir, cluster); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if err := certs.MakeNode(dir, n, nil, false); err != nil {
			t.Fatal(err)
		}
		id, err := certs.Load(filepath.Join(dir, "ca.pem"), filepath.Join(dir, n+".pem"), filepath.Join(dir, n+".key"))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func serve(t testing.TB, id *certs.Identity, o chat.ChannelServer) (*Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := Serve(l, id, Services{ChannelServer: o}, slog.New(slog.DiscardHandler))
	t.Cleanup(s.Close)
	return s, l.Addr().String()
}

func nodes(t testing.TB, id *certs.Identity, name, address string) *Nodes {
	t.Helper()
	n := NewNodes(id, slog.New(slog.DiscardHandler))
	n.Listens(name, address, "1")
	t.Cleanup(n.Close)
	return n
}

// pair is a channel server and a gateway that is attached to it.
func pair(t *testing.T, got *sink) (*Server, chat.Link, *ownersLink) {
	t.Helper()
	ids := identities(t, "acme", "one", "gw")
	o := newOwner()
	server, address := serve(t, ids[0], o)
	link, err := nodes(t, ids[1], "one", address).ChannelServer("one").Attach(t.Context(), "gw", got)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Close)
	far := <-o.links
	if far.gateway != "gw" {
		t.Errorf("the gateway is called %q", far.gateway)
	}
	return server, link, far
}

func soon[T any](t *testing.T, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s does not come", what)
	}
	return v
}

func TestLinkCarriesEverything(t *testing.T) {
	got := newSink()
	_, link, far := pair(t, got)
	at, err := link.Subscribe(t.Context(), []chat.Subscription{{Stream: stream1, After: 6}})
	if err != nil || len(at) != 1 || at[0] != (chat.Position{Stream: stream1, Seq: 41}) {
		t.Errorf("positions %v, %v", at, err)
	}
	if e := soon(t, "an event", got.events); e.Seq != 7 || e.Stream != stream1 {
		t.Errorf("event %+v", e)
	}
	if _, err := link.Subscribe(t.Context(), []chat.Subscription{{Stream: chat.Stream{ID: "C404"}}}); chat.CodeOf(err) != chat.Moved {
		t.Errorf("what has moved: %v", err)
	}
	page, err := link.Read(t.Context(), chat.ReadRequest{Stream: stream1, After: 3, Limit: 10})
	if err != nil || len(page.Events) != 1 || page.Events[0].Stream != stream1 || page.Head != 9 {
		t.Errorf("page %+v, %v", page, err)
	}
	link.Unsubscribe([]chat.Stream{stream1})
	if s := soon(t, "unsubscribe", far.left); s != stream1 {
		t.Errorf("unsubscribed %v", s)
	}
	far.sink.Heartbeat([]chat.Head{{Stream: stream1, Seq: 5}}, chat.Mark{Of: 1, At: 2})
	if h := soon(t, "a heartbeat", got.heartbeats); len(h) != 1 || h[0].Seq != 5 {
		t.Errorf("heartbeat %v", h)
	}
}

// A gateway without room for a stream gets it offered again; who takes nothing at
// all stops the flow, and nothing is queued beyond the window.
func TestLinkIsBounded(t *testing.T) {
	got := newSink()
	var full sync.Mutex
	refused := 1
	got.full = func() bool {
		full.Lock()
		defer full.Unlock()
		refused--
		return refused >= 0
	}
	_, _, far := pair(t, got)
	far.sink.Deliver([]chat.Event{{Stream: stream1, Seq: 8}})
	if s := soon(t, "a refusal", far.rewound); s != (chat.Subscription{Stream: stream1, After: 7}) {
		t.Errorf("refused %v", s)
	}
	full.Lock() // the gateway stands still
	payload := make([]byte, 64<<10)
	delivered := 0
	for far.sink.Deliver([]chat.Event{{Stream: stream1, Seq: int64(delivered + 8), Payload: payload}}) {
		delivered++
	}
	if least, most := window/len(payload)-2, window/len(payload); delivered < least || delivered > most {
		t.Errorf("%d deliveries found room, want %d to %d", delivered, least, most)
	}
	full.Unlock()
	for i := range delivered {
		if e := soon(t, "an event", got.events); e.Seq != int64(i+8) {
			t.Fatalf("event %d after %d", e.Seq, i+7)
		}
	}
	for deadline := time.Now().Add(30 * time.Second); !far.sink.Deliver([]chat.Event{{Stream: stream1, Seq: 9999, Payload: payload}}); {
		if time.Now().After(deadline) {
			t.Fatal("no room after all was taken")
		}
	}
}

func TestEachEndHearsOfTheEnd(t *testing.T) {
	for name, end := range map[string]func(*Server, chat.Link, *ownersLink){
		"the channel server ends the link": func(_ *Server, _ chat.Link, far *ownersLink) { far.Close() },
		"the node goes away":               func(s *Server, _ chat.Link, _ *ownersLink) { s.Close() },
		"the gateway closes":               func(_ *Server, near chat.Link, _ *ownersLink) { near.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			server, near, far := pair(t, newSink())
			end(server, near, far)
			soon(t, "the end, to the gateway,", near.Ended())
			soon(t, "the end, to the channel server,", far.Ended())
			if _, err := near.Subscribe(t.Context(), []chat.Subscription{{Stream: stream1}}); chat.CodeOf(err) != chat.Unavailable {
				t.Errorf("subscribing over a link that ended: %v", err)
			}
		})
	}
}

func TestErrorsKeepTheirCodes(t *testing.T) {
	ids := identities(t, "acme", "one", "unwelcome")
	o := newOwner()
	_, address := serve(t, ids[0], o)
	n := nodes(t, ids[1], "one", address)
	far := n.ChannelServer("one")
	if far != n.ChannelServer("one") {
		t.Error("one channel server is two")
	}
	events := make([]chat.Event, 3*maxPublication/2)
	if err := far.Publish(t.Context(), events); err != nil || len(o.published) != len(events) {
		t.Errorf("published %d of %d: %v", len(o.published), len(events), err)
	}
	o.refuse = chat.NewError(chat.Moved, "stream")
	if err := far.Publish(t.Context(), events[:1]); chat.CodeOf(err) != chat.Moved || err.Error() != "moved: stream" {
		t.Errorf("refused: %v", err)
	}
	o.refuse = errors.New("secret detail")
	if err := far.Publish(t.Context(), events[:1]); chat.CodeOf(err) != chat.Internal || strings.Contains(err.Error(), "secret") {
		t.Errorf("failed: %v", err)
	}
	if _, err := far.Attach(t.Context(), "unwelcome", newSink()); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("attach is refused: %v", err)
	}
	if err := n.ChannelServer("three").Publish(t.Context(), events[:1]); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("a node that nobody knows: %v", err)
	}
	n.Listens("one", "127.0.0.1:1", "1")
	begin := time.Now()
	if err := far.Publish(t.Context(), events[:1]); chat.CodeOf(err) != chat.Unavailable || time.Since(begin) >= callTimeout {
		t.Errorf("a node that is gone: %v after %s", err, time.Since(begin))
	}
}

// Who does not belong here is told so, and why.
func TestStrangersAreRefusedInWords(t *testing.T) {
	ids := identities(t, "acme", "one", "two")
	_, address := serve(t, ids[0], newOwner())
	other := identities(t, "acme", "one")[0]
	if err := nodes(t, other, "one", address).ChannelServer("one").Publish(t.Context(), nil); err != nil {
		t.Errorf("nothing to publish: %v", err)
	}
	for _, tt := range []struct {
		name string
		err  error
		says string
	}{
		{"another authority", publishOne(t, nodes(t, other, "one", address), "one"), "not of this cluster"},
		{"another node", publishOne(t, nodes(t, ids[1], "three", address), "three"), `the node one, not of three`},
	} {
		if chat.CodeOf(tt.err) != chat.Unavailable || !strings.Contains(tt.err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	// Nor may a node be another's gateway.
	if _, err := nodes(t, ids[1], "one", address).ChannelServer("one").Attach(t.Context(), "three", newSink()); err == nil {
		t.Error("two attaches as three")
	}
	// A node whose words are wrong, though its certificate is good.
	conn, err := nodes(t, ids[1], "one", address).node("one").dial()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ cluster, from, to, says string }{
		{"rival", "1", "1", `this is the cluster "acme", not "rival"`},
		{"acme", "7", "8", "node one speaks the protocols 1 to 1, node two 7 to 8"},
		{"acme", "", "", "only adjacent releases"},
	} {
		ctx := metadata.AppendToOutgoingContext(t.Context(), keyCluster, tt.cluster, keyNode, "two", keyOldest, tt.from, keyNewest, tt.to)
		err := fromStatus("one", conn.Invoke(ctx, "/"+channelServerService+"/Publish", &publication{}, &nothing{}))
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: %v", tt, err)
		}
		st, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/"+channelServerService+"/Attach")
		if err == nil {
			err = st.RecvMsg(new(batch))
		}
		if err == nil || !strings.Contains(fmt.Sprint(err), tt.says) {
			t.Errorf("%+v attaches: %v", tt, err)
		}
	}
}

func publishOne(t *testing.T, n *Nodes, name string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return n.ChannelServer(name).Publish(ctx, []chat.Event{{Stream: stream1}})
}

// When the line is silent, though nobody hung up, the gateway takes the link for dead.
func TestSilenceEndsTheLink(t *testing.T) {
	t.Parallel()
	ids := identities(t, "acme", "one", "gw")
	o := newOwner()
	_, address := serve(t, ids[0], o)
	wall := newWall(t, address)
	link, err := nodes(t, ids[1], "one", wall.Addr().String()).ChannelServer("one").Attach(t.Context(), "gw", newSink())
	if err != nil {
		t.Fatal(err)
	}
	close(wall.shut)
	soon(t, "the end", link.Ended())
	if _, err := link.Read(t.Context(), chat.ReadRequest{Stream: stream1}); chat.CodeOf(err) != chat.Unavailable || !strings.Contains(err.Error(), errSilent.Error()) {
		t.Errorf("reading over a silent line: %v", err)
	}
}

// wall lets connections through until it is shut: then nothing passes, and nobody is
// told.
type wall struct {
	net.Listener
	shut chan struct{}
}

func newWall(t *testing.T, to string) *wall {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wall{l, make(chan struct{})}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				return
			}
			t.Cleanup(func() { near.Close(); far.Close() })
			go w.pass(near, far)
			go w.pass(far, near)
		}
	}()
	return w
}

func (w *wall) pass(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-w.shut:
			return
		default:
			to.Write(buf[:n])
		}
	}
}
