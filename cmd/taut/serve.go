package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"taut/app"
	"taut/config"
	"taut/internal/obs"
)

// serve runs the server until a signal, then drains it.
func serve(ctx context.Context, std stdio, args []string) error {
	c, demo, err := serveFlags(std, args)
	if err != nil {
		return err
	}
	log, err := obs.NewLogger(std.err, c.Log.Level, c.Log.Format)
	if err != nil {
		return err
	}
	if demo {
		if err := makeDemo(ctx, std.out, c); err != nil {
			return err
		}
	}
	defer keepHeap(os.Getenv)()
	a, err := app.New(ctx, app.Options{Config: c, Log: log})
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			log.Info("stopped while it started", slog.String("why", context.Cause(ctx).Error()))
			return nil
		}
		return err
	}
	select {
	case <-ctx.Done():
		log.Info("stopping", slog.String("why", context.Cause(ctx).Error()))
	case err := <-a.Failed():
		log.Error("stopping", slog.Any("err", err))
		return fmt.Errorf("%w (while stopping: %v)", err, a.Stop())
	}
	return a.Stop()
}

// serveConfig is the settings alone.
func serveConfig(std stdio, args []string) (config.Config, error) {
	c, _, err := serveFlags(std, args)
	return c, err
}

// serveFlags are the file's settings, where one is named, with the flags that
// were given on top; and whether a demonstration is asked for.
func serveFlags(std stdio, args []string) (c config.Config, demo bool, err error) {
	flags := newFlags(std, "serve")
	d := config.Default()
	flags.BoolVar(&demo, "demo", false, "begin a fresh folder with a believable company")
	file := flags.String("config", "", "a TOML `file` with settings; taut.example.toml explains each")
	given := map[string]func(*config.Config){}
	text := func(name, value, what string, set func(*config.Config, string)) {
		flags.Func(name, fmt.Sprintf("%s (default %q)", what, value), func(v string) error {
			given[name] = func(c *config.Config) { set(c, v) }
			return nil
		})
	}
	text("data", d.Data, "the `folder` that holds everything durable", func(c *config.Config, v string) { c.Data = v })
	text("listen", d.Listen, "the `address` where clients connect", func(c *config.Config, v string) { c.Listen = v })
	text("ops-listen", d.OpsListen, "the operator's `address`: health, metrics, profiles, commands", func(c *config.Config, v string) { c.OpsListen = v })
	text("public-url", d.PublicURL, "the `URL` by which clients reach --listen; empty: each client's own", func(c *config.Config, v string) { c.PublicURL = v })
	if err := parse(flags, args); err != nil {
		return config.Config{}, false, err
	}
	c = d
	if *file != "" {
		if c, err = config.Load(*file); err != nil {
			return config.Config{}, false, err
		}
	}
	for _, set := range given {
		set(&c)
	}
	if err := c.Validate(); err != nil {
		return config.Config{}, false, fmt.Errorf("these settings cannot work:\n%w", err)
	}
	return c, demo, nil
}
