package rpc

import (
	"context"
	"errors"
	"sync/atomic"

	"google.golang.org/grpc"

	"taut/chat"
)

const webAPIService = "taut.WebAPI"

// WebAPI is what a gateway asks of an API node.
type WebAPI interface {
	chat.Authenticator
	chat.Conversations
}

var webAPIDesc = grpc.ServiceDesc{
	ServiceName: webAPIService,
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary(webAPIService, "Authenticate", func(s *Server, ctx context.Context, p *presented) (message, error) {
			c, err := s.services.WebAPI.AuthenticateFrom(ctx, p.Presented)
			return &calling{c}, err
		}),
		unary(webAPIService, "RedeemTicket", func(s *Server, ctx context.Context, t *ticket) (message, error) {
			c, err := s.services.WebAPI.RedeemTicket(ctx, t.Text)
			return &calling{c}, err
		}),
		unary(webAPIService, "Memberships", func(s *Server, ctx context.Context, v *calling) (message, error) {
			m, err := s.services.WebAPI.Memberships(ctx, v.Caller)
			return &snapshot{m}, err
		}),
		unary(webAPIService, "LikelyChannels", func(s *Server, ctx context.Context, v *calling) (message, error) {
			channels, err := s.services.WebAPI.LikelyChannels(ctx, v.Caller)
			return &likely{channels}, err
		}),
		unary(webAPIService, "VisibleUsers", func(s *Server, ctx context.Context, v *visible) (message, error) {
			users, err := s.services.WebAPI.VisibleUsers(ctx, v.Caller, v.Users)
			return &visible{Users: users}, err
		}),
		unary(webAPIService, "Incarnation", func(s *Server, ctx context.Context, _ *nothing) (message, error) {
			i, err := s.services.WebAPI.Incarnation(ctx)
			return &incarnation{i}, err
		}),
		unary(webAPIService, "Follow", func(s *Server, _ context.Context, p *publication) (message, error) {
			if s.services.Follow != nil {
				s.services.Follow(p.Events)
			}
			return &nothing{}, nil
		}),
		unary(webAPIService, "Post", func(s *Server, ctx context.Context, p *post) (message, error) {
			done, err := s.services.WebAPI.Post(ctx, p.Caller, p.Post)
			return &posted{done}, err
		}),
	},
}

// webAPIs are the API nodes of the cluster. They implement WebAPI.
type webAPIs struct {
	nodes *Nodes
	names func() []string
	turn  atomic.Uint64
}

// WebAPI asks the nodes that names gives, in turns. One that can't be reached is
// passed over, unless the question might be done twice by that.
func (n *Nodes) WebAPI(names func() []string) WebAPI { return &webAPIs{nodes: n, names: names} }

// Follow tells one API node of events that it can't know of, as another node's store
// took them. It is tried once.
func (n *Nodes) Follow(ctx context.Context, name string, events []chat.Event) error {
	nd := n.node(name)
	if nd == nil {
		return unavailable("API", errNoWebAPI)
	}
	return nd.call(ctx, "/"+webAPIService+"/Follow", &publication{events}, &nothing{})
}

// maxTries is how many nodes are asked.
const maxTries = 3

var errNoWebAPI = errors.New("there is no API node")

func (w *webAPIs) ask(ctx context.Context, method string, again bool, request, answer message) error {
	names := w.names()
	if len(names) == 0 {
		return unavailable("API", errNoWebAPI)
	}
	var err error
	for range min(len(names), maxTries) {
		nd := w.nodes.node(names[w.turn.Add(1)%uint64(len(names))])
		if nd == nil {
			return unavailable("API", errNoWebAPI)
		}
		err = nd.call(ctx, "/"+webAPIService+"/"+method, request, answer)
		if chat.CodeOf(err) != chat.Unavailable || !again || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (w *webAPIs) AuthenticateFrom(ctx context.Context, p chat.Presented) (chat.Caller, error) {
	var got calling
	err := w.ask(ctx, "Authenticate", true, &presented{p}, &got)
	return got.Caller, err
}

// RedeemTicket: a ticket is good once, so a second attempt would refuse it.
func (w *webAPIs) RedeemTicket(ctx context.Context, text string) (chat.Caller, error) {
	var got calling
	err := w.ask(ctx, "RedeemTicket", false, &ticket{text}, &got)
	return got.Caller, err
}

func (w *webAPIs) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	var got snapshot
	err := w.ask(ctx, "Memberships", true, &calling{c}, &got)
	return got.MembershipSnapshot, err
}

func (w *webAPIs) LikelyChannels(ctx context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	var got likely
	err := w.ask(ctx, "LikelyChannels", true, &calling{c}, &got)
	return got.Channels, err
}

func (w *webAPIs) VisibleUsers(ctx context.Context, c chat.Caller, users []chat.UserID) ([]chat.UserID, error) {
	var got visible
	err := w.ask(ctx, "VisibleUsers", true, &visible{c, users}, &got)
	return got.Users, err
}

func (w *webAPIs) Incarnation(ctx context.Context) (string, error) {
	var got incarnation
	err := w.ask(ctx, "Incarnation", true, &nothing{}, &got)
	return got.Text, err
}

// Post is tried again under its key only: without one it could be two messages.
func (w *webAPIs) Post(ctx context.Context, c chat.Caller, p chat.RTMPost) (chat.RTMPosted, error) {
	var got posted
	err := w.ask(ctx, "Post", p.ClientMsgID != "", &post{c, p}, &got)
	return got.RTMPosted, err
}
