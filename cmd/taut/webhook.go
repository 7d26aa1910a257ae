package main

import (
	"context"
	"io"
	"strings"

	"taut/internal/admin"
)

// webhookAdd makes an incoming webhook and prints its URL.
func webhookAdd(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "webhook add")
	f := addAdminFlags(flags)
	var n admin.NewWebhook
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain` (default: the only one)")
	flags.StringVar(&n.Channel, "channel", "", "the `name` or id of the channel that it posts to")
	flags.StringVar(&n.Name, "name", "", "the `name` under which it posts (default: incoming-webhook)")
	public := flags.String("public-url", "", "the server's `URL` (default: the running server's, else that of --config)")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "channel"); err != nil {
		return err
	}
	base, err := f.publicURL(*public)
	if err != nil {
		return err
	}
	return withAdmin(ctx, f, func(a admin.Admin) error {
		if server, ok := a.(*admin.Client); ok && *public == "" {
			base = server.Door.URL
		}
		c, err := a.AddWebhook(ctx, n)
		if err != nil {
			return err
		}
		shown := webhookURL{c.Domain, string(c.WebhookID), string(c.ChannelID), base + c.Path}
		return printOnce(std.out, f.json, shown, []row{
			{"workspace", shown.Domain}, {"webhook", shown.ID}, {"channel", shown.Channel}, {"URL", shown.URL},
		})
	})
}

// webhookURL is what webhook add prints.
type webhookURL struct {
	Domain  string `json:"domain"`
	ID      string `json:"webhook_id"`
	Channel string `json:"channel_id"`
	URL     string `json:"url"`
}

// publicURL is the server's URL as given, as configured, or as it listens.
func (f *adminFlags) publicURL(given string) (string, error) {
	if given != "" {
		return strings.TrimSuffix(given, "/"), nil
	}
	var args []string
	if f.config != "" {
		args = append(args, "--config", f.config)
	}
	c, err := serveConfig(stdio{io.Discard, io.Discard}, args)
	if err != nil {
		return "", err
	}
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/"), nil
	}
	return "http://" + c.Listen, nil
}
