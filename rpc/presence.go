package rpc

import (
	"context"
	"slices"

	"google.golang.org/grpc"

	"taut/chat"
)

const presenceService = "taut.Presence"

var presenceDesc = grpc.ServiceDesc{
	ServiceName: presenceService,
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary(presenceService, "SetAway", func(s *Server, ctx context.Context, a *away) (message, error) {
			return &nothing{}, s.services.Presence.SetAway(ctx, a.Workspace, a.User, a.Away)
		}),
		unary(presenceService, "Get", func(s *Server, ctx context.Context, a *away) (message, error) {
			state, err := s.services.Presence.Get(ctx, a.Workspace, a.User)
			return &oneState{state}, err
		}),
	},
	Streams: []grpc.StreamDesc{{
		StreamName: "Attach", ServerStreams: true, ClientStreams: true,
		Handler: func(srv any, st grpc.ServerStream) error { return srv.(*Server).attachPresence(st) },
	}},
}

// presenceServer is one on another node. It implements chat.Presence.
type presenceServer struct{ *node }

// Presence is the presence server on the named node, equal for equal names.
func (n *Nodes) Presence(name string) chat.Presence {
	nd := n.node(name)
	if nd == nil {
		nd = &node{nodes: n, name: name} // closed: it listens nowhere
	}
	return presenceServer{nd}
}

func (s presenceServer) SetAway(ctx context.Context, w chat.WorkspaceID, u chat.UserID, is bool) error {
	return s.call(ctx, "/"+presenceService+"/SetAway", &away{w, u, is}, &nothing{})
}

func (s presenceServer) Get(ctx context.Context, w chat.WorkspaceID, u chat.UserID) (chat.PresenceState, error) {
	var got oneState
	err := s.call(ctx, "/"+presenceService+"/Get", &away{Workspace: w, User: u}, &got)
	return got.State, err
}

// presenceLink is a gateway's end. It implements chat.PresenceLink.
type presenceLink struct {
	line
	sink chat.PresenceSink
}

func (s presenceServer) Attach(ctx context.Context, gateway string, sink chat.PresenceSink) (chat.PresenceLink, error) {
	l := &presenceLink{sink: sink}
	l.take, l.taken = l.hear, func() {}
	if err := l.open(ctx, s.node, &presenceDesc, gateway); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *presenceLink) hear(i item) {
	if c, ok := i.(*changed); ok {
		l.sink.PresenceChanged(c.Workspace, c.State)
	}
}

// maxDevices is how many devices one item has; a list is bounded.
const maxDevices = 10_000

func (l *presenceLink) Renew(ctx context.Context, devices []chat.Device) error {
	return l.bulk(ctx, devices, func(id uint64, part []chat.Device) item { return &renew{id, part} })
}

func (l *presenceLink) Release(ctx context.Context, devices []chat.Device) error {
	return l.bulk(ctx, devices, func(id uint64, part []chat.Device) item { return &release{id, part} })
}

func (l *presenceLink) bulk(ctx context.Context, devices []chat.Device, make func(uint64, []chat.Device) item) error {
	for part := range slices.Chunk(devices, maxDevices) {
		s, err := askFor[*states](ctx, &l.line, func(id uint64) item { return make(id, part) })
		if err != nil {
			return err
		}
		if err := s.Failure.error(); err != nil {
			return err
		}
	}
	return nil
}

func (l *presenceLink) Watch(ctx context.Context, w chat.WorkspaceID, add, remove []chat.UserID) ([]chat.PresenceState, error) {
	s, err := askFor[*states](ctx, &l.line, func(id uint64) item { return &watch{id, w, add, remove} })
	if err != nil {
		return nil, err
	}
	return s.States, s.Failure.error()
}
