package app

import (
	"context"
	"fmt"

	"taut/search"
)

// startSearch opens the search's index, which then follows the log.
func (a *App) startSearch(ctx context.Context) (*search.Server, error) {
	s, err := search.New(ctx, search.Config{Store: a.store, Folder: a.config.Data, Log: a.log, Metrics: a.reg})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	a.life.onStop("search", stopLimit, func(context.Context) error { return s.Close() })
	return s, nil
}
