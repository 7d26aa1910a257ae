package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"taut/internal/backup"
	"taut/internal/obs"
)

// backUp writes a backup of the data, beside a running server or without one, or
// checks one.
func backUp(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "backup")
	f := addAdminFlags(flags)
	to := flags.String("to", "", "where to write it: a new `path`, of a folder, or of a file that ends in .tar or .tar.gz")
	verify := flags.String("verify", "", "write none; read the backup at this `path` and hold it against its checksums")
	if err := parse(flags, args); err != nil {
		return err
	}
	if (*to == "") == (*verify == "") {
		return errors.New("backup: say either --to, where to write it, or --verify, which one to check")
	}
	if *verify != "" {
		m, err := backup.Verify(ctx, *verify)
		if err != nil {
			return fmt.Errorf("backup: %s: %w", *verify, err)
		}
		return printBackup(std.out, f.json, "is whole", *verify, m)
	}
	o, err := f.store()
	if err != nil {
		return err
	}
	if err := present(o); err != nil {
		return err
	}
	m, err := backup.Write(ctx, o, *to, obs.ReadBuild().Version)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	where, err := filepath.Abs(*to)
	if err != nil {
		return err
	}
	if err := backup.Note(o.Data, backup.Last{At: m.Created, To: where, Bytes: m.Bytes}); err != nil {
		return fmt.Errorf("backup: it is written, but not noted in the data folder: %w", err)
	}
	if m.Engine == "mysql" {
		fmt.Fprintln(std.err, "The database is not in it: dump it with its own tools (mysqldump --single-transaction), BEFORE this command, so that each file that the dump names is here.")
	}
	c, err := f.settings()
	if err != nil {
		return err
	}
	if c.Files.S3.On() {
		fmt.Fprintln(std.err, "The bytes of files are not in it: they are in the bucket "+c.Files.S3.Bucket+", whose versioning keeps those that are removed (docs/backup.md).")
	}
	return printBackup(std.out, f.json, "written", where, m)
}

func printBackup(out io.Writer, asJSON bool, done, path string, m backup.Manifest) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(m)
	}
	_, err := fmt.Fprintf(out, "%s %s: %d files, %d bytes, of %s\nworkspaces: %s\nnewest event: %s\n", path, done, m.Files, m.Bytes,
		m.Created.Format(time.RFC3339), strings.Join(m.Workspaces, ", "), m.Newest.Format(time.RFC3339))
	return err
}
