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
	"taut/files"
	"taut/internal/demo"
	"taut/store"
)

// withoutDemo takes --demo out of serve's flags: it says what to begin with, and
// is no setting.
func withoutDemo(args []string) (rest []string, asked bool) {
	isDemo := func(a string) bool { return a == "--demo" || a == "-demo" }
	return slices.DeleteFunc(slices.Clone(args), isDemo), slices.ContainsFunc(args, isDemo)
}

// makeDemo fills an empty data folder with the demonstration. welcome says how to
// sign in, once the server runs; nil: the folder has the demonstration already.
func makeDemo(ctx context.Context, out io.Writer, c config.Config) (welcome func(url string), err error) {
	dsn, err := c.MySQL()
	if err != nil {
		return nil, err
	}
	o := store.Options{Data: c.Data, MySQL: dsn, PublicURL: c.PublicURL, Log: slog.New(slog.DiscardHandler)}
	s, err := store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	w, err := fillDemo(ctx, s, o, c)
	if err = errors.Join(err, s.Close()); err != nil || w.Email == "" {
		return nil, err
	}
	return func(url string) {
		fmt.Fprintf(out, "\nA demonstration is ready: the workspace of Crumb, a small company.\n\n"+
			"  open      %s\n  workspace %s\n  email     %s\n  password  %s\n\n"+
			"The others have the same password: %s.\nKeep it: it is not shown again.\n", url, w.Domain, w.Email, w.Password, strings.Join(w.Others, ", "))
	}, nil
}

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
	kept, err := openFiles(ctx, s, o, files.Config{MaxFile: int64(c.Files.MaxSize), MaxWorkspace: int64(c.Files.WorkspaceStorage)})
	if err != nil {
		return demo.Welcome{}, err
	}
	w, err := demo.Make(ctx, s, kept, time.Now())
	kept.Close()
	return w, err
}
