package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"taut/chat"
	"taut/registry"
	"taut/ring"
)

// State is the cluster as the registry knows it.
type State struct {
	Epoch int64 `json:"epoch"`
	// Manager is the node that makes the ring; "" while none does.
	Manager string          `json:"manager"`
	Nodes   map[string]View `json:"nodes"`
}

// View is one node of it.
type View struct {
	Member
	Slots int    `json:"slots"`
	State string `json:"state"` // there, leaving, drained, gone
	// Heat is of the last seconds; nil where the node is no channel server.
	Heat *ring.Heat `json:"heat,omitempty"`
}

// Read asks the registry.
func Read(ctx context.Context, r registry.Registry) (State, error) {
	s := State{Nodes: map[string]View{}}
	members, err := r.List(ctx, membersPrefix)
	if err != nil {
		return s, err
	}
	drained, err := r.List(ctx, drainPrefix)
	if err != nil {
		return s, err
	}
	rings, err := r.List(ctx, ringsPrefix)
	if err != nil {
		return s, err
	}
	leaders, err := r.List(ctx, leadersPrefix)
	if err != nil {
		return s, err
	}
	heats, err := r.List(ctx, heatPrefix)
	if err != nil {
		return s, err
	}
	s.Manager = string(leaders[leaderRing])
	a := new(ring.Assignment)
	if text, ok := rings[RoleChannelServer]; ok {
		if err := json.Unmarshal(text, a); err != nil {
			return s, fmt.Errorf("the ring: %w", err)
		}
	}
	s.Epoch = a.Epoch()
	counts := a.Counts()
	for name, m := range parseMembers(members) {
		v := View{Member: m, State: "there", Slots: counts[name]}
		if m.Leaving {
			v.State = "leaving"
		}
		if _, is := drained[name]; is {
			v.State = "drained"
		}
		if text, ok := heats[name]; ok {
			h := new(ring.Heat)
			if json.Unmarshal(text, h) == nil { // another version's says nothing here
				v.Heat = h
			}
		}
		s.Nodes[name] = v
	}
	for name, slots := range counts {
		if _, there := s.Nodes[name]; !there {
			s.Nodes[name] = View{State: "gone", Slots: slots}
		}
	}
	return s, nil
}

// Drain says that a node is to be empty: it owns no slots, and its gateway lets its
// sockets go. NotFound where there is no such node.
func Drain(ctx context.Context, r registry.Registry, node string) error {
	members, err := r.List(ctx, membersPrefix)
	if err != nil {
		return err
	}
	if _, there := members[node]; !there {
		return noNode(node, members)
	}
	return r.Put(ctx, drainPrefix+node, []byte("{}"))
}

// Undrain takes that back, also of a node that has gone meanwhile. NotFound where there is
// none such, and none was to be empty.
func Undrain(ctx context.Context, r registry.Registry, node string) error {
	members, err := r.List(ctx, membersPrefix)
	if err != nil {
		return err
	}
	drained, err := r.List(ctx, drainPrefix)
	if err != nil {
		return err
	}
	_, there := members[node]
	if _, was := drained[node]; !there && !was {
		maps.Copy(members, drained)
		return noNode(node, members)
	}
	return r.Delete(ctx, drainPrefix+node)
}

// noNode names those that there are: what was asked for is most often a slip.
func noNode(node string, known map[string][]byte) error {
	names := slices.Sorted(maps.Keys(known))
	return chat.NewError(chat.NotFound, fmt.Sprintf("node %q; there are: %s", node, strings.Join(names, ", ")))
}
