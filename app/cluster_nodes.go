package app

import (
	"maps"
	"slices"
	"sync/atomic"

	"taut/cluster"
	"taut/config"
)

func (c *clustered) members(members map[string]cluster.Member) {
	var apis, searches, edges, owners []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		m := members[name]
		if name != c.identity.Node {
			c.nodes.Listens(name, m.Address, m.Instance)
		}
		if m.Has(config.RoleWebAPI) && !m.Leaving {
			apis = append(apis, name)
		}
		if m.Has(config.RoleSearch) && !m.Leaving {
			searches = append(searches, name)
		}
		if m.Has(config.RoleEdgeCache) && !m.Leaving {
			edges = append(edges, name)
		}
		if m.Has(config.RoleChannelServer) {
			owners = append(owners, name)
		}
	}
	c.apis.Store(&apis)
	c.searches.Store(&searches)
	c.edges.Store(&edges)
	c.owners.Store(&owners)
}

// apiNodes are those whose Web API this node's gateway may ask.
func (c *clustered) apiNodes() []string { return known(&c.apis) }

// searchNodes are those that this node may have search.
func (c *clustered) searchNodes() []string { return known(&c.searches) }

// edgeNodes are the edge caches that this node may ask.
func (c *clustered) edgeNodes() []string { return known(&c.edges) }

func known[T any](of *atomic.Pointer[[]T]) []T {
	if n := of.Load(); n != nil {
		return *n
	}
	return nil
}
