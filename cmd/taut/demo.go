package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"taut/chat"
	"taut/config"
	"taut/internal/demo"
	"taut/store"
)

// makeDemo fills an empty data folder with the demonstration, and says how to sign
// in: at once, as the server may not get to its address.
func makeDemo(ctx context.Context, out io.Writer, c config.Config) error {
	dsn, err := c.MySQL()
	if err != nil {
		return err
	}
	o := store.Options{Data: c.Data, MySQL: dsn, PublicURL: c.PublicURL, Log: slog.New(slog.DiscardHandler)}
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	w, err := fillDemo(ctx, s, o, c)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	if w.Email == "" {
		fmt.Fprintf(out, "The demonstration is there already. A forgotten password: taut user password --data %s --name maren\n", c.Data)
		return nil
	}
	fmt.Fprintf(out, "A demonstration is ready: the workspace of Crumb, a small company.\n\n"+
		"  sign in   %s/signin\n  workspace %s\n  email     %s\n  password  %s\n\n"+
		"The others have the same password: %s.\nKeep it: it is not shown again.\n\n",
		c.URL(listenAddress(c.Listen)), w.Domain, w.Email, w.Password, strings.Join(w.Others, ", "))
	return nil
}

// listenAddress is an address that nobody listens on yet.
type listenAddress string

func (listenAddress) Network() string  { return "tcp" }
func (a listenAddress) String() string { return string(a) }

func fillDemo(ctx context.Context, s *store.Store, o store.Options, c config.Config) (demo.Welcome, error) {
	all, err := s.Workspaces(ctx)
	if err != nil {
		return demo.Welcome{}, err
	}
	if slices.ContainsFunc(all, func(w chat.Workspace) bool { return w.Domain == demo.Domain }) {
		return demo.Welcome{}, nil
	}
	if len(all) > 0 {
		return demo.Welcome{}, fmt.Errorf("--demo wants a folder of its own: %s has a workspace already", c.Data)
	}
	kept, close, err := openFiles(ctx, s, o, c)
	if err != nil {
		return demo.Welcome{}, err
	}
	defer close()
	return demo.Make(ctx, s, kept, time.Now())
}
