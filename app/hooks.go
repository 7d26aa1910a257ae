package app

import (
	"context"
	"fmt"
	"net/url"

	"taut/internal/unfurl"
	"taut/webapi"
)

// unfurler makes what looks at links; nil where that is switched off.
func (a *App) unfurler(ctx context.Context) (*webapi.Unfurler, error) {
	if a.config.Unfurl.Off {
		return nil, nil
	}
	key, err := a.store.Secret(ctx, "images")
	if err != nil {
		return nil, fmt.Errorf("image proxy: %w", err)
	}
	var u *webapi.Unfurler
	own := unfurl.Options{Not: func(link *url.URL) bool { return u.IsOwn(link) }}
	u = webapi.NewUnfurler(webapi.UnfurlerOptions{
		Store: a.store, Signer: unfurl.NewSigner(key),
		Pages: unfurl.New(own), Pictures: unfurl.New(own),
		PublicURL: a.config.PublicURL, Log: a.log, Metrics: a.reg,
	})
	a.onClose("unfurler", u.Close)
	return u, nil
}
