package app

import (
	"time"

	"taut/chat"
	"taut/config"
	"taut/edgecache"
)

// clusterLook is how often an edge cache looks for what other nodes changed. Alone, it
// is told of everything, and looks once a second.
const clusterLook = 250 * time.Millisecond

// startEdgeCache starts this process's, if it is to be one.
func (a *App) startEdgeCache() {
	if !a.config.Cluster.Does(config.RoleEdgeCache) {
		return
	}
	options := edgecache.Options{Log: a.log, Metrics: a.reg}
	if a.cluster != nil {
		options.Every = clusterLook
	}
	a.edge = edgecache.New(a.store, options)
	a.onClose("edge cache", a.edge.Close)
}

// edgeCaches are whom the API asks for people, channels and memberships, and where none
// can answer the store.
func (a *App) edgeCaches() chat.EdgeCache {
	var own chat.EdgeCache
	if a.edge != nil {
		own = a.edge
	}
	if a.cluster != nil {
		own = a.cluster.nodes.EdgeCaches(a.cluster.edgeNodes, own)
	}
	return edgecache.WithStore(own, a.store, a.reg)
}
