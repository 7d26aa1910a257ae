package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"taut/internal/backup"
	"taut/store"
)

// restore puts an older copy of the data in place, with the server stopped, and
// gives the log a new incarnation: clients that remember later events than the
// copy holds fetch afresh instead of taking new events for old ones.
func restore(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "restore")
	f := addAdminFlags(flags)
	from := flags.String("from", "", "the copy: a backup, or a copied data folder or database file, at this `path`")
	inPlace := flags.Bool("in-place", false, "the data was put back by other means (MySQL's own tools, or by hand): only give its log a new incarnation, and send nothing that was due before")
	if err := parse(flags, args); err != nil {
		return err
	}
	if (*from == "") != *inPlace {
		return errors.New("restore: say either --from, where the copy is, or --in-place, when the data is back already")
	}
	o, err := f.store()
	if err != nil {
		return err
	}
	// SQLite's folder is locked by its server; a MySQL database is not.
	if c, err := running(ctx, o); err == nil && c != nil {
		return errors.New("restore: the server is running; stop it first")
	}
	if *inPlace {
		return renew(ctx, std.out, o, f.json)
	}
	r, err := store.Restore(ctx, o, unpacked(o, *from))
	if err != nil {
		return fmt.Errorf("restore: %s: %w", *from, err)
	}
	return printRestored(std.out, f.json, "restored "+*from, r)
}

// unpacked is how the copy becomes a data folder: a backup is held against its
// checksums; a folder or a file that was copied by hand is taken as it is.
func unpacked(o store.Options, from string) store.Unpack {
	switch {
	case !backup.Is(from) && o.MySQL != "":
		return func(context.Context, string) error {
			return errors.New("a MySQL database is restored by its own tools; --from is for the backup with its files")
		}
	case !backup.Is(from):
		return store.UnpackFolder(from)
	case o.MySQL != "":
		return backup.Unpack(from, "mysql")
	}
	return backup.Unpack(from, "sqlite")
}

// renew is for data that is back already.
func renew(ctx context.Context, out io.Writer, o store.Options, asJSON bool) error {
	if err := present(o); err != nil {
		return err
	}
	r, err := store.Renew(ctx, o)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return printRestored(out, asJSON, "nothing was copied; every client fetches the data that is in place afresh", r)
}

func printRestored(out io.Writer, asJSON bool, done string, r store.Restored) error {
	domains := make([]string, len(r.Workspaces))
	for i, w := range r.Workspaces {
		domains[i] = w.Domain
	}
	newest := r.Newest.Format(time.RFC3339)
	if asJSON {
		return json.NewEncoder(out).Encode(map[string]any{
			"workspaces": domains, "newest_event": newest, "kept": r.Kept, "incarnation": r.Incarnation,
		})
	}
	fmt.Fprintln(out, done)
	if r.Kept != "" {
		fmt.Fprintf(out, "the data of before is in %s\n", r.Kept)
	}
	_, err := fmt.Fprintf(out, "workspaces: %s\nnewest event: %s\nthe log's incarnation is now %s\n",
		strings.Join(domains, ", "), newest, r.Incarnation)
	return err
}
