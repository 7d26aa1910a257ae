package main

import (
	"context"
	"errors"
	"fmt"

	"taut/store"
)

// restore puts an older copy of the data in place, with the server stopped, and
// gives the log a new incarnation: clients that remember later events than the
// copy holds fetch afresh instead of taking new events for old ones.
func restore(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "restore")
	f := addAdminFlags(flags)
	from := flags.String("from", "", "the copy: a data `folder` or a taut.db file; empty: the copy is in place already")
	if err := parse(flags, args); err != nil {
		return err
	}
	o, err := f.store()
	if err != nil {
		return err
	}
	// SQLite's folder is locked by its server; a MySQL database is not.
	if c, err := running(ctx, o); err == nil && c != nil {
		return errors.New("restore: the server is running; stop it first")
	}
	incarnation, err := store.Restore(ctx, o, *from)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	_, err = fmt.Fprintf(std.out, "restored; the log's incarnation is now %s\n", incarnation)
	return err
}
