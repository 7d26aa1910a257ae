package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"taut/internal/admin"
)

// exportWorkspace writes a workspace as a Slack export. A running server writes it
// itself; the path is one of its machine's.
func exportWorkspace(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "export")
	f := addAdminFlags(flags)
	var n admin.ExportWorkspace
	flags.StringVar(&n.Workspace, "workspace", "", "the workspace's `domain`; may be left out where there is one workspace only")
	out := flags.String("out", "", "the zip to write, at this `path`")
	flags.BoolVar(&n.Private, "private", false, "private channels, group messages and direct messages too")
	flags.BoolVar(&n.Files, "files", false, "the bytes of files too, in the folder __uploads")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "out"); err != nil {
		return err
	}
	var err error
	if n.Out, err = filepath.Abs(*out); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return withFiles(ctx, f, true, func(a admin.Admin) error {
		done, err := a.Export(ctx, n)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if f.json {
			return json.NewEncoder(std.out).Encode(done)
		}
		_, err = fmt.Fprintf(std.out, "%s: %d users, %d channels, %d messages, %d files\n", done.Out, done.Users, done.Channels, done.Messages, done.Files)
		return err
	})
}
