package rpc

import (
	"context"

	"google.golang.org/grpc"

	"taut/chat"
)

const channelServerService = "taut.ChannelServer"

var channelServerDesc = grpc.ServiceDesc{
	ServiceName: channelServerService,
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary(channelServerService, "Publish", func(s *Server, ctx context.Context, p *publication) (message, error) {
			return &nothing{}, s.services.ChannelServer.Publish(ctx, p.Events)
		}),
		unary(channelServerService, "Whisper", func(s *Server, ctx context.Context, w *whisper) (message, error) {
			s.services.ChannelServer.Whisper(ctx, w.Ephemeral)
			return &nothing{}, nil
		}),
	},
	Streams: []grpc.StreamDesc{{
		StreamName: "Attach", ServerStreams: true, ClientStreams: true,
		Handler: func(srv any, st grpc.ServerStream) error { return srv.(*Server).attach(st) },
	}},
}

// channelServer is one on another node. It implements chat.ChannelServer.
type channelServer struct{ *node }

// ChannelServer is the one on the named node: equal for equal names, also while it
// is not known where it listens.
func (n *Nodes) ChannelServer(name string) chat.ChannelServer {
	nd := n.node(name)
	if nd == nil {
		nd = &node{nodes: n, name: name} // closed: it listens nowhere
	}
	return channelServer{nd}
}

// maxPublication is how many events one call takes; as they are at most some
// tens of KB each, it stays below maxMessage.
const maxPublication = 256

func (s channelServer) Publish(ctx context.Context, events []chat.Event) error {
	for len(events) > 0 {
		n := min(len(events), maxPublication)
		if err := s.call(ctx, "/"+channelServerService+"/Publish", &publication{events[:n]}, &nothing{}); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}

// Whisper's failure is nobody's loss.
func (s channelServer) Whisper(ctx context.Context, e chat.Ephemeral) {
	if err := s.call(ctx, "/"+channelServerService+"/Whisper", &whisper{e}, &nothing{}); err != nil {
		s.nodes.log.Debug("whisper", "err", err)
	}
}
