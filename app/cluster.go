package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/channelserver"
	"taut/chat"
	"taut/cluster"
	"taut/config"
	"taut/internal/certs"
	"taut/presence"
	"taut/registry"
	"taut/ring"
	"taut/rpc"
)

// clustered is this process as a node among others. Its goroutines are those of its
// parts, and one that drains; leave ends them.
type clustered struct {
	app      *App
	identity *certs.Identity
	nodes    *rpc.Nodes
	own      *channelserver.Server // nil where this node is none
	present  *presence.Server      // beside it
	presence *presence.Spread
	apis     atomic.Pointer[[]string] // the nodes that have the role webapi
	searches atomic.Pointer[[]string] // those with the role search
	edges    atomic.Pointer[[]string] // and edgecache
	owners   atomic.Pointer[[]string] // channelserver
	ring     atomic.Pointer[ring.Assignment]
	former   atomic.Pointer[[]formerRing] // the last one last
	owning   sync.Mutex                   // held while own is told of a lease or a ring

	// From start on.
	etcd     *registry.Embedded // nil where it is elsewhere
	registry *registry.Etcd
	server   *rpc.Server
	node     *cluster.Node
	hears    atomic.Pointer[cluster.Node] // the same, once there is one, for what other nodes tell

	untold chan []chat.Event // for other API nodes' caches; see tell

	undrain func()      // ends the drain that an operator wants; of drained alone
	emptied atomic.Bool // whether one does

	life    context.Context
	end     context.CancelFunc
	running sync.WaitGroup // those that end with life
}

// joinCluster reads who this node is; nothing is said to anybody yet.
func (a *App) joinCluster() error {
	c := a.config.Cluster
	if !c.On() {
		return nil
	}
	identity, err := certs.Load(c.CAFile, c.CertFile, c.KeyFile)
	if err != nil {
		return fmt.Errorf("this node's certificate: %w", err)
	}
	a.cluster = &clustered{app: a, identity: identity, nodes: rpc.NewNodes(identity, a.log), untold: make(chan []chat.Event, maxUntold)}
	a.cluster.nodes.OnRing(a.cluster.heardRing)
	a.cluster.life, a.cluster.end = context.WithCancel(context.Background())
	a.onClose("connections to other nodes", a.cluster.nodes.Close)
	a.reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "taut_certificate_expires_seconds", Help: "For how long this node's certificate is good yet.",
	}, func() float64 { return time.Until(identity.Expires()).Seconds() }))
	return nil
}

// name is this process's, as a gateway and to other nodes.
func (a *App) name() string {
	if a.cluster != nil {
		return a.cluster.identity.Node
	}
	return self
}

// startChannelServer makes the one of this process, if it is to have one, and tells
// who owns which stream.
func (a *App) startChannelServer(ctx context.Context) (owner func(chat.Stream) chat.ChannelServer, err error) {
	var own *channelserver.Server
	if a.config.Cluster.Does(config.RoleChannelServer) {
		options := channelserver.Options{Log: a.log, Metrics: a.reg}
		if a.cluster != nil {
			options.Self = a.name()
		}
		if own, err = channelserver.New(ctx, a.store, options); err != nil {
			return nil, fmt.Errorf("channel server: %w", err)
		}
		a.onClose("channel server", own.Close)
	}
	if a.cluster == nil {
		return func(chat.Stream) chat.ChannelServer { return own }, nil
	}
	a.cluster.own = own
	if own != nil {
		a.cluster.present = a.startPresenceServer()
	}
	return a.cluster.owner, nil
}

// owner is the channel server that the ring says; nil while there is no ring.
func (c *clustered) owner(s chat.Stream) chat.ChannelServer {
	r := c.ring.Load()
	if r == nil {
		return nil
	}
	return c.channelServer(r.Owner(ring.Of(s)))
}

// channelServer is that of a node; nil for no name.
func (c *clustered) channelServer(name string) chat.ChannelServer {
	switch {
	case name == "":
		return nil
	case name == c.identity.Node && c.own != nil:
		return c.own
	}
	return c.nodes.ChannelServer(name)
}

// start begins to serve other nodes and to be one of them.
func (c *clustered) start() error {
	settings := c.app.config.Cluster
	if err := c.openRegistry(settings); err != nil {
		return err
	}
	l, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("cluster.listen: %w", err), c.closeRegistry())
	}
	services := rpc.Services{Ring: c.ring.Load}
	if c.own != nil {
		services.ChannelServer, services.Presence = c.own, c.present
	}
	if c.app.api != nil {
		services.WebAPI = struct {
			chat.Authenticator
			chat.Conversations
		}{c.app.auth, c.app.api}
		services.Follow = c.app.auth.Follow
	}
	if c.app.search != nil {
		services.Search = c.app.search
	}
	if c.app.edge != nil {
		services.EdgeCache = c.app.edge
	}
	c.server = rpc.Serve(l, c.identity, services, c.app.log)
	at := settings.Advertise
	if at == "" {
		at = l.Addr().String()
	}
	var heat func() ring.Heat
	if c.own != nil {
		heat = c.own.Heat
	}
	c.node = cluster.Start(cluster.Options{
		Name: c.identity.Node, Address: at, Version: c.app.build.Version, Roles: settings.AllRoles(),
		Registry: c.registry, Log: c.app.log,
		Held: c.held, Ringed: c.ringed, Members: c.members, Drained: c.drained, Heat: heat,
	})
	c.hears.Store(c.node)
	if c.app.api != nil {
		c.running.Go(func() { c.telling(c.life) })
	}
	c.app.life.onStop("cluster", 2*stopLimit, c.leave)
	return nil
}

// openRegistry starts this node's member of etcd, if it has one. Neither it nor the
// client waits for the others to be there.
func (c *clustered) openRegistry(s config.Cluster) (err error) {
	if _, member := s.Members()[c.identity.Node]; member {
		c.etcd, err = registry.StartEmbedded(registry.EmbeddedOptions{
			Name: c.identity.Node, Folder: c.app.config.Data, ClientListen: s.EtcdListen, Peers: s.Members(),
			CA: s.CAFile, Cert: s.CertFile, Key: s.KeyFile, Log: c.app.log,
		})
		if err != nil {
			return err
		}
	}
	if c.registry, err = OpenRegistry(s, c.identity, c.app.log); err != nil {
		return errors.Join(err, c.closeRegistry())
	}
	return nil
}

// OpenRegistry is the way to what the nodes know of each other.
func OpenRegistry(s config.Cluster, i *certs.Identity, log *slog.Logger) (*registry.Etcd, error) {
	urls := make([]string, 0, len(s.Etcd))
	for _, at := range s.Etcd {
		urls = append(urls, "https://"+at)
	}
	return registry.OpenEtcd(registry.EtcdOptions{Endpoints: urls, Prefix: "/taut/" + i.Cluster, TLS: i.Etcd(), Log: log})
}

func (c *clustered) closeRegistry() (err error) {
	if c.registry != nil {
		err = c.registry.Close()
	}
	if c.etcd != nil {
		c.etcd.Leave()
	}
	return err
}

// leave goes in peace: others own what was this node's before it is gone.
func (c *clustered) leave(ctx context.Context) error {
	c.end()
	c.node.Leave(ctx)
	c.node.Close()
	c.running.Wait()
	c.server.Close()
	return c.closeRegistry()
}

// held tells the lease's new end. A channel server that took the lease for lost in the
// meantime has forgotten the ring, and no new lease tells it: this one lives on.
func (c *clustered) held(until time.Time) {
	if c.own == nil {
		return
	}
	c.owning.Lock()
	defer c.owning.Unlock()
	c.own.Hold(until)
	if r := c.ring.Load(); r != nil && !c.own.Owning() {
		c.own.Own(r)
	}
}

// heardRing: a channel server told this node's gateway of a ring.
func (c *clustered) heardRing(r *ring.Assignment) {
	if node := c.hears.Load(); node != nil {
		node.Hear(r)
	}
}

func (c *clustered) ringed(r *ring.Assignment) {
	c.owns(r)
	c.server.TellRing()
	if c.app.gateway != nil {
		c.app.gateway.Moved()
	}
	c.presence.Moved()
}

func (c *clustered) owns(r *ring.Assignment) {
	c.owning.Lock()
	defer c.owning.Unlock()
	c.noteFormer(c.ring.Swap(r), r)
	if c.own != nil {
		c.own.Own(r)
	}
}

// startBehind starts a node that has no clients: only other nodes call it.
func (a *App) startBehind() error {
	a.serveOps(nil)
	if err := a.cluster.start(); err != nil {
		return err
	}
	a.beReady()
	a.log.Info("serving other nodes", "node", a.name(), "cluster", a.cluster.identity.Cluster,
		"ops", a.ops.Addr().String(), "version", a.build.Version)
	return nil
}

// startGatewayAlone starts a node that has clients' sockets and no store: it asks
// other nodes for everything.
func (a *App) startGatewayAlone(url string) error {
	a.serveOps(nil)
	if err := a.cluster.start(); err != nil {
		return err
	}
	if err := a.serveClients(url); err != nil {
		return err
	}
	a.beReady()
	a.log.Info("serving sockets", "url", url, "listen", a.public.Addr().String(), "node", a.name(),
		"cluster", a.cluster.identity.Cluster, "ops", a.ops.Addr().String(), "version", a.build.Version)
	return nil
}

var (
	errNoRing  = errors.New("no channel server owns anything yet")
	errDrained = errors.New("an operator drains this node")
)

// check tells whether this node can serve.
func (c *clustered) check() error {
	if c.emptied.Load() {
		return errDrained
	}
	if c.ring.Load() == nil {
		return errNoRing
	}
	return nil
}
