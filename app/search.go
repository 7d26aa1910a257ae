package app

import (
	"context"
	"fmt"

	"taut/chat"
	"taut/config"
	"taut/relay"
	"taut/search"
)

// startSearch opens the search's index, which then follows the log, where this process
// is to have one.
func (a *App) startSearch(ctx context.Context) (err error) {
	if !a.config.Cluster.Does(config.RoleSearch) {
		return nil
	}
	a.search, err = search.New(ctx, search.Config{Store: a.store, Folder: a.config.Data, Log: a.log, Metrics: a.reg})
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	a.life.onStop("search", stopLimit, func(context.Context) error { return a.search.Close() })
	return nil
}

// searcher is whom the API asks: this process's own index, and in a cluster those of
// all nodes that have one.
func (a *App) searcher() chat.Search {
	if a.cluster == nil {
		return a.search
	}
	var own chat.Search
	if a.search != nil {
		own = a.search
	}
	return a.cluster.nodes.Search(a.cluster.searchNodes, own)
}

// startRelay starts this process's relay, which a log on MySQL needs.
func (a *App) startRelay() {
	if a.store == nil || !a.store.NeedsRelay() || !a.config.Cluster.Does(config.RoleRelay) {
		return
	}
	a.onClose("relay", relay.New(a.store, a.log, a.reg).Close)
}
