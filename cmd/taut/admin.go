package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"taut/config"
	"taut/internal/admin"
	"taut/store"
)

// adminFlags are those that every command on a data folder has.
type adminFlags struct {
	data, config string
	json         bool
}

func addAdminFlags(flags *flag.FlagSet) *adminFlags {
	f := new(adminFlags)
	flags.StringVar(&f.data, "data", "", "the server's data `folder` (default: that of --config, else \"data\")")
	flags.StringVar(&f.config, "config", "", "the server's configuration `file`, where it has one")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	return f
}

// withAdmin hands act the running server of the data folder, or where none
// runs the data itself, which must be there.
func withAdmin(ctx context.Context, f *adminFlags, act func(admin.Admin) error) error {
	o, err := f.store()
	if err != nil {
		return err
	}
	if err := present(o); err != nil {
		return err
	}
	return withAnyAdmin(ctx, f, act)
}

// present fails where there is no data to work on: a folder that is misspelt is
// not to be made.
func present(o store.Options) error {
	there, err := store.Present(o)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if !there {
		return fmt.Errorf("no Taut data in %s", o.Data)
	}
	return nil
}

// withAnyAdmin is withAdmin for commands that may make the data folder.
func withAnyAdmin(ctx context.Context, f *adminFlags, act func(admin.Admin) error) error {
	o, err := f.store()
	if err != nil {
		return err
	}
	c, err := running(ctx, o)
	if err != nil {
		return err
	}
	if c != nil {
		return act(c)
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(act(admin.Local{Store: s}), s.Close())
}

// running is a client of the server that runs on the data; nil: none does. A
// server that was killed leaves its door behind, and anybody may have its port by
// now: so first its lock is looked at, where it has one, and then it has to prove
// that it is the one that made the door.
func running(ctx context.Context, o store.Options) (*admin.Client, error) {
	door, err := admin.ReadDoor(o.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if o.MySQL == "" {
		if locked, err := store.Locked(o.Data); err != nil || !locked {
			return nil, err
		}
	}
	if c := admin.NewClient(door); c.Alive(ctx) {
		return c, nil
	}
	return nil, nil
}

// settings are those that the server would have.
func (f *adminFlags) settings() (config.Config, error) {
	var args []string
	if f.config != "" {
		args = append(args, "--config", f.config)
	}
	if f.data != "" {
		args = append(args, "--data", f.data)
	}
	return serveConfig(stdio{io.Discard, io.Discard}, args)
}

// store says where the data is.
func (f *adminFlags) store() (store.Options, error) {
	c, err := f.settings()
	if err != nil {
		return store.Options{}, err
	}
	dsn, err := c.MySQL()
	return store.Options{
		Data: c.Data, MySQL: dsn, PublicURL: c.PublicURL,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	}, err
}

// row is one line of what is printed for people.
type row struct{ name, value string }

// printOnce prints credentials: as JSON, or a line for each.
func printOnce(w io.Writer, asJSON bool, credentials any, rows []row) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(credentials)
	}
	for _, r := range rows {
		fmt.Fprintf(w, "%-15s %s\n", r.name, r.value)
	}
	_, err := fmt.Fprintln(w, "\nKeep these: they are not shown again.")
	return err
}

// notUsed follows what nothing accepts yet.
const notUsed = "  (not used yet)"

func personRows(c admin.Credentials) []row {
	return []row{
		{"workspace", c.Domain + " (" + string(c.WorkspaceID) + ")"},
		{"user", c.Name + " (" + string(c.UserID) + ")"},
		{"email", c.Email},
		{"password", c.Password},
		{"token", c.Token},
	}
}

func botRows(c admin.BotCredentials) []row {
	return []row{
		{"workspace", c.Domain + " (" + string(c.WorkspaceID) + ")"},
		{"bot", c.Name + " (" + string(c.BotID) + ", user " + string(c.UserID) + ")"},
		{"app", string(c.AppID)},
		{"token", c.Token},
		{"app token", c.AppToken + notUsed},
		{"signing secret", c.SigningSecret + notUsed},
	}
}
