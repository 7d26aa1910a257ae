package rpc

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"

	"taut/chat"
)

const directoryService = "taut.Directory"

var directoryDesc = grpc.ServiceDesc{
	ServiceName: directoryService,
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary(directoryService, "UsersByID", func(s *Server, ctx context.Context, q *userIDs) (message, error) {
			users, err := s.services.Directory.UsersByID(ctx, q.Workspace, q.Users)
			return &foundUsers{chat.FoundUsers{Users: users}}, err
		}),
		unary(directoryService, "SearchUsers", func(s *Server, ctx context.Context, q *directoryQuery) (message, error) {
			f, err := s.services.Directory.SearchUsers(ctx, q.Workspace, q.DirectoryQuery)
			return &foundUsers{f}, err
		}),
		unary(directoryService, "SearchChannels", func(s *Server, ctx context.Context, q *directoryQuery) (message, error) {
			f, err := s.services.Directory.SearchChannels(ctx, q.Workspace, q.DirectoryQuery)
			return &foundChannels{f}, err
		}),
	},
}

// directories are the edge caches. They implement chat.Directory.
type directories struct {
	nodes *Nodes
	names func() []string
	own   chat.Directory
}

// Directory asks the edge caches that names gives; own is this node's, or nil. A
// workspace's questions go to the same node while it is there, and to the next one
// where it can't be reached; Unavailable: to none.
func (n *Nodes) Directory(names func() []string, own chat.Directory) chat.Directory {
	return &directories{n, names, own}
}

const (
	// directoryTime bounds one node's answer: the store is there besides.
	directoryTime = time.Second
	// directoryTries is how many nodes are asked. Beyond, each would load the
	// workspace, one after the other.
	directoryTries = 2
)

var errNoDirectory = errors.New("there is no edge cache")

// ask asks the nodes in the workspace's turn: this one's own by a call, others over the
// network.
func (d *directories) ask(ctx context.Context, w chat.WorkspaceID, method string, request, answer message, own func(context.Context, chat.Directory) error) error {
	names := inTurn(w, d.names())
	err := unavailable("directory", errNoDirectory)
	for _, name := range names[:min(len(names), directoryTries)] {
		if d.own != nil && name == d.nodes.identity.Node {
			err = own(ctx, d.own)
		} else {
			err = d.at(ctx, name, method, request, answer)
		}
		if chat.CodeOf(err) != chat.Unavailable || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (d *directories) at(ctx context.Context, name, method string, request, answer message) error {
	nd := d.nodes.node(name)
	if nd == nil {
		return unavailable("directory", errNoDirectory)
	}
	ctx, cancel := context.WithTimeout(ctx, directoryTime)
	defer cancel()
	return nd.call(ctx, "/"+directoryService+"/"+method, request, answer)
}

// UsersByID are those that exist.
func (d *directories) UsersByID(ctx context.Context, w chat.WorkspaceID, users []chat.UserID) ([]chat.User, error) {
	var got foundUsers
	err := d.ask(ctx, w, "UsersByID", &userIDs{w, users}, &got, func(ctx context.Context, own chat.Directory) (err error) {
		got.Users, err = own.UsersByID(ctx, w, users)
		return err
	})
	return got.Users, err
}

// SearchUsers finds people and bots.
func (d *directories) SearchUsers(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundUsers, error) {
	var got foundUsers
	err := d.ask(ctx, w, "SearchUsers", &directoryQuery{w, q}, &got, func(ctx context.Context, own chat.Directory) (err error) {
		got.FoundUsers, err = own.SearchUsers(ctx, w, q)
		return err
	})
	return got.FoundUsers, err
}

// SearchChannels finds public channels.
func (d *directories) SearchChannels(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundChannels, error) {
	var got foundChannels
	err := d.ask(ctx, w, "SearchChannels", &directoryQuery{w, q}, &got, func(ctx context.Context, own chat.Directory) (err error) {
		got.FoundChannels, err = own.SearchChannels(ctx, w, q)
		return err
	})
	return got.FoundChannels, err
}
