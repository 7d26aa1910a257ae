package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"taut/app"
	"taut/auth"
	"taut/config"
	"taut/files"
	"taut/internal/admin"
	"taut/store"
)

// importExport brings a Slack export into a workspace that is there or is made. A
// running server reads the zip itself; the path is one of its machine's.
func importExport(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "import")
	f := addAdminFlags(flags)
	from := flags.String("from", "", "the export's zip, at this `path`")
	report := flags.String("report", "", "write all that could not be taken over to this `file`, as JSON")
	var n admin.ImportExport
	flags.StringVar(&n.Workspace, "workspace", "", "import into the workspace with this `domain`, which is there")
	flags.StringVar(&n.Domain, "domain", "", "make a workspace with this `domain` for the export")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "from"); err != nil {
		return err
	}
	if n.Workspace != "" && n.Domain != "" {
		return errors.New("import: say either --workspace, one that is there, or --domain, one to be made")
	}
	for path, absolute := range map[string]*string{*from: &n.From, *report: &n.Report} {
		if path == "" {
			continue
		}
		var err error
		if *absolute, err = filepath.Abs(path); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	return withFiles(ctx, f, n.Domain == "", func(a admin.Admin) error {
		done, err := a.Import(ctx, n)
		if err != nil {
			return fmt.Errorf("import: %w", err)
		}
		if f.json {
			return json.NewEncoder(std.out).Encode(done)
		}
		done.Print(std.out)
		return nil
	})
}

// withFiles is withAdmin, or withAnyAdmin where the data needn't be there, for
// commands that have to do with the bytes of files.
func withFiles(ctx context.Context, f *adminFlags, there bool, act func(admin.Admin) error) error {
	c, err := f.settings()
	if err != nil {
		return err
	}
	o, err := f.store()
	if err != nil {
		return err
	}
	if there {
		if err := present(o); err != nil {
			return err
		}
	}
	server, err := running(ctx, o)
	if err != nil {
		return err
	}
	if server != nil {
		return act(server)
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	kept, close, err := openFiles(ctx, s, o, c)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	err = act(admin.Local{Store: s, Files: kept})
	close()
	return errors.Join(err, s.Close())
}

// openFiles is the files' role without its URLs.
func openFiles(ctx context.Context, s *store.Store, o store.Options, c config.Config) (kept *files.Service, close func(), err error) {
	c.Data = o.Data
	blobs, _, letGo, err := app.OpenBlobs(c)
	if err != nil {
		return nil, nil, err
	}
	reg := prometheus.NewRegistry()
	a, err := auth.New(ctx, s, reg)
	if err != nil {
		letGo()
		return nil, nil, err
	}
	kept, err = files.New(ctx, files.Config{
		Store: s, Blobs: blobs, Data: o.Data, Auth: a, Log: o.Log, Metrics: reg,
		MaxFile: int64(c.Files.MaxSize), MaxWorkspace: int64(c.Files.WorkspaceStorage),
	})
	if err != nil {
		letGo()
		return nil, nil, err
	}
	return kept, func() {
		kept.Close()
		letGo()
	}, nil
}
