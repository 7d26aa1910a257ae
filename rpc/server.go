package rpc

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"taut/chat"
	"taut/internal/certs"
	"taut/ring"
)

const (
	// maxMessage bounds a message: a page, the largest, is far below.
	maxMessage = 32 << 20
	// callTimeout is a call's deadline where its caller has none.
	callTimeout = 5 * time.Second
	// aliveEvery and aliveWithin: a connection on which nothing came is probed.
	aliveEvery  = 10 * time.Second
	aliveWithin = 5 * time.Second
	// handshakeTime is what a connection may take to say who it is.
	handshakeTime = 10 * time.Second
	// serverWindow is what a connection may have under way; a stream a quarter.
	serverWindow = 8 << 20
)

// Services are what a node does for the others; what is nil it doesn't.
type Services struct {
	ChannelServer chat.ChannelServer
	Presence      chat.Presence
	WebAPI        WebAPI
	Follow        func([]chat.Event) // beside WebAPI: hears what other nodes' stores took; see Nodes.Follow
	// Ring is the assignment that the node knows, nil while it knows none; gateways
	// that have a link with its channel server hear of it (see Server.TellRing).
	Ring      func() *ring.Assignment
	Search    chat.Search
	EdgeCache chat.EdgeCache
}

// Server answers the cluster's other nodes.
type Server struct {
	identity *certs.Identity
	services Services
	log      *slog.Logger
	grpc     *grpc.Server

	life    context.Context
	end     context.CancelFunc
	running sync.WaitGroup

	mu    sync.Mutex
	links map[*gatewayLink]struct{} // guarded by mu

	encoding sync.Mutex
	encoded  *ring.Assignment // what ringText is of; guarded by encoding
	ringText []byte           // guarded by encoding
}

// Serve answers on the listener until Close.
func Serve(l net.Listener, i *certs.Identity, s Services, log *slog.Logger) *Server {
	server := &Server{identity: i, services: s, log: log.With("component", "rpc"), links: make(map[*gatewayLink]struct{})}
	server.life, server.end = context.WithCancel(context.Background())
	server.grpc = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(i.Server())),
		grpc.ForceServerCodec(codec{}), grpc.WaitForHandlers(true),
		grpc.MaxRecvMsgSize(maxMessage), grpc.ConnectionTimeout(handshakeTime),
		grpc.InitialWindowSize(serverWindow/4), grpc.InitialConnWindowSize(serverWindow),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: aliveEvery, Timeout: aliveWithin}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: aliveEvery / 2, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := admit(ctx, i); err != nil {
				return nil, err
			}
			return next(ctx, req)
		}),
		grpc.StreamInterceptor(func(srv any, st grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			if err := admit(st.Context(), i); err != nil {
				return err
			}
			return next(srv, st)
		}),
	)
	if s.ChannelServer != nil {
		server.grpc.RegisterService(&channelServerDesc, server)
	}
	if s.Presence != nil {
		server.grpc.RegisterService(&presenceDesc, server)
	}
	if s.WebAPI != nil {
		server.grpc.RegisterService(&webAPIDesc, server)
	}
	if s.Search != nil {
		server.grpc.RegisterService(&searchDesc, server)
	}
	if s.EdgeCache != nil {
		server.grpc.RegisterService(&directoryDesc, server)
	}
	server.running.Go(func() {
		if err := server.grpc.Serve(l); err != nil {
			server.log.Error("the listener for other nodes broke", "err", err)
		}
	})
	return server
}

// Close ends all calls and links, and waits for what they left running.
func (s *Server) Close() {
	s.end()
	s.grpc.Stop()
	s.running.Wait()
}

// TellRing tells the gateways that have a link of the assignment of now, rather than
// with the next heartbeat: one that is apart from the registry hears of it here alone.
func (s *Server) TellRing() {
	s.mu.Lock()
	links := slices.Collect(maps.Keys(s.links))
	s.mu.Unlock()
	for _, l := range links {
		l.tellRing()
	}
}

// ringNow is the assignment of now with its text, which all links share; nil where none
// is known.
func (s *Server) ringNow() (*ring.Assignment, []byte) {
	if s.services.Ring == nil {
		return nil, nil
	}
	a := s.services.Ring()
	if a == nil {
		return nil, nil
	}
	s.encoding.Lock()
	defer s.encoding.Unlock()
	if s.encoded != a {
		text, err := json.Marshal(a)
		if err != nil {
			s.log.Error("the ring can't be told", "err", err)
			return nil, nil
		}
		s.encoded, s.ringText = a, text
	}
	return a, s.ringText
}

// noteLink has the link told of assignments until the returned function is called.
func (s *Server) noteLink(l *gatewayLink) (forget func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[l] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.links, l)
	}
}

// unary describes a method that is asked and answers once.
func unary[Request any, R interface {
	*Request
	message
}](service, name string, do func(s *Server, ctx context.Context, r R) (message, error)) grpc.MethodDesc {
	return grpc.MethodDesc{MethodName: name, Handler: func(srv any, ctx context.Context, read func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		request := R(new(Request))
		if err := read(request); err != nil {
			return nil, err
		}
		info := &grpc.UnaryServerInfo{Server: srv, FullMethod: "/" + service + "/" + name}
		return intercept(ctx, request, info, func(ctx context.Context, req any) (any, error) {
			answer, err := do(srv.(*Server), ctx, req.(R))
			if err != nil {
				return nil, toStatus(err)
			}
			return answer, nil
		})
	}}
}
