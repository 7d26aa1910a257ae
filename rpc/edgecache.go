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
			users, err := s.services.EdgeCache.UsersByID(ctx, q.Workspace, q.Users)
			return &foundUsers{chat.FoundUsers{Users: users}}, err
		}),
		unary(directoryService, "SearchUsers", func(s *Server, ctx context.Context, q *directoryQuery) (message, error) {
			f, err := s.services.EdgeCache.SearchUsers(ctx, q.Workspace, q.DirectoryQuery)
			return &foundUsers{f}, err
		}),
		unary(directoryService, "SearchChannels", func(s *Server, ctx context.Context, q *directoryQuery) (message, error) {
			f, err := s.services.EdgeCache.SearchChannels(ctx, q.Workspace, q.DirectoryQuery)
			return &foundChannels{f}, err
		}),
		unary(directoryService, "Memberships", func(s *Server, ctx context.Context, v *calling) (message, error) {
			m, err := s.services.EdgeCache.Memberships(ctx, v.Caller)
			return &snapshot{m}, err
		}),
		unary(directoryService, "LikelyChannels", func(s *Server, ctx context.Context, v *calling) (message, error) {
			channels, err := s.services.EdgeCache.LikelyChannels(ctx, v.Caller)
			return &likely{channels}, err
		}),
	},
}

// edgeCaches are those of the cluster. They implement chat.EdgeCache.
type edgeCaches struct {
	nodes    *Nodes
	names    func() []string
	own      chat.EdgeCache
	silences silences
}

// EdgeCaches asks those that names gives; own is this node's, or nil. A workspace's
// questions go to the same node while it is there, and to the next one where it can't
// be reached or lately gave no answers; Unavailable: to none.
func (n *Nodes) EdgeCaches(names func() []string, own chat.EdgeCache) chat.EdgeCache {
	return &edgeCaches{nodes: n, names: names, own: own, silences: silences{of: map[silent]*hearing{}}}
}

const (
	// directoryTime bounds one node's answer: the store is there besides.
	directoryTime = time.Second
	// membershipsTime is longer than one query for them may take: what a busy store has
	// begun is not to be asked for again by all. Who connects asked for likely channels before,
	// and by that it is known soon whether the node stands still.
	membershipsTime = 6 * time.Second
	// directoryTries is how many nodes are asked. Beyond, each would load the
	// workspace, one after the other.
	directoryTries = 2
)

var errNoEdgeCache = errors.New("there is no edge cache that answers")

// ask asks the nodes in the workspace's turn: this one's own by a call, others over the
// network.
func (d *edgeCaches) ask(ctx context.Context, w chat.WorkspaceID, method string, request, answer message, own func(context.Context, chat.EdgeCache) error) error {
	began := time.Now()
	names := inTurn(w, d.names())
	err := unavailable("edge cache", errNoEdgeCache)
	for _, name := range names[:min(len(names), directoryTries)] {
		if d.own != nil && name == d.nodes.identity.Node {
			err = own(ctx, d.own)
		} else {
			err = d.at(ctx, name, method, request, answer)
		}
		if chat.CodeOf(err) != chat.Unavailable || ctx.Err() != nil {
			return err
		}
		if time.Since(began) > directoryTries*directoryTime { // the store is asked at once
			return err
		}
	}
	return err
}

// at asks another node. One that has told nobody anything for as long as this question
// waited, or only late that it can't say, is passed over for a while: who comes next does
// not wait for it.
func (d *edgeCaches) at(ctx context.Context, name, method string, request, answer message) error {
	nd := d.nodes.node(name)
	if nd == nil || !d.silences.ask(name, method) {
		return unavailable(name, errNoEdgeCache)
	}
	within := directoryTime
	if method == "Memberships" {
		within = membershipsTime
	}
	began := time.Now()
	asking, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	err := nd.call(asking, "/"+directoryService+"/"+method, request, answer)
	late := time.Since(began) > directoryTime && chat.CodeOf(err) == chat.Unavailable // its store doesn't answer it
	switch {
	case !unreached(err) && !late:
		d.silences.answered(name, method)
	case (asking.Err() != nil || late) && ctx.Err() == nil:
		d.silences.waited(name, method, began)
	}
	return err
}

// UsersByID are those that exist.
func (d *edgeCaches) UsersByID(ctx context.Context, w chat.WorkspaceID, users []chat.UserID) ([]chat.User, error) {
	var got foundUsers
	err := d.ask(ctx, w, "UsersByID", &userIDs{w, users}, &got, func(ctx context.Context, own chat.EdgeCache) (err error) {
		got.Users, err = own.UsersByID(ctx, w, users)
		return err
	})
	return got.Users, err
}

// SearchUsers finds people and bots.
func (d *edgeCaches) SearchUsers(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundUsers, error) {
	var got foundUsers
	err := d.ask(ctx, w, "SearchUsers", &directoryQuery{w, q}, &got, func(ctx context.Context, own chat.EdgeCache) (err error) {
		got.FoundUsers, err = own.SearchUsers(ctx, w, q)
		return err
	})
	return got.FoundUsers, err
}

// SearchChannels finds public channels.
func (d *edgeCaches) SearchChannels(ctx context.Context, w chat.WorkspaceID, q chat.DirectoryQuery) (chat.FoundChannels, error) {
	var got foundChannels
	err := d.ask(ctx, w, "SearchChannels", &directoryQuery{w, q}, &got, func(ctx context.Context, own chat.EdgeCache) (err error) {
		got.FoundChannels, err = own.SearchChannels(ctx, w, q)
		return err
	})
	return got.FoundChannels, err
}

// Memberships are the caller's as of now.
func (d *edgeCaches) Memberships(ctx context.Context, c chat.Caller) (chat.MembershipSnapshot, error) {
	var got snapshot
	err := d.ask(ctx, c.Workspace, "Memberships", &calling{c}, &got, func(ctx context.Context, own chat.EdgeCache) (err error) {
		got.MembershipSnapshot, err = own.Memberships(ctx, c)
		return err
	})
	return got.MembershipSnapshot, err
}

// LikelyChannels are those that the workspace's edge cache remembers.
func (d *edgeCaches) LikelyChannels(ctx context.Context, c chat.Caller) ([]chat.ChannelID, error) {
	var got likely
	err := d.ask(ctx, c.Workspace, "LikelyChannels", &calling{c}, &got, func(ctx context.Context, own chat.EdgeCache) (err error) {
		got.Channels, err = own.LikelyChannels(ctx, c)
		return err
	})
	return got.Channels, err
}
