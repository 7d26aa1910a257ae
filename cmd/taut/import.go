package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"taut/internal/admin"
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
	act := withAdmin
	if n.Domain != "" {
		act = withAnyAdmin
	}
	return act(ctx, f, func(a admin.Admin) error {
		done, err := a.Import(ctx, n)
		if err != nil {
			return fmt.Errorf("import: %w; what is in stays, run it again to go on", err)
		}
		if f.json {
			return json.NewEncoder(std.out).Encode(done)
		}
		done.Print(std.out)
		return nil
	})
}
