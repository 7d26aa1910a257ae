package app

import (
	"strings"

	"taut/scheduler"
)

// startScheduler begins to do what is due. It goes before the store does, and
// after those whom it asks.
func (a *App) startScheduler() {
	s := scheduler.Start(scheduler.Options{
		Store: a.store, Mentions: a.api, Links: a.links, PublicURL: strings.TrimRight(a.config.PublicURL, "/"), Log: a.log, Metrics: a.reg,
	})
	a.onClose("scheduler", s.Close)
}
