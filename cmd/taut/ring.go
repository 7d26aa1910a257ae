package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"taut/app"
	"taut/cluster"
	"taut/config"
	"taut/internal/certs"
	"taut/registry"
)

// askLimit bounds what a command asks the registry.
const askLimit = 10 * time.Second

// clusterFlags are those of the commands that ask the registry.
func clusterFlags(std stdio, name string) (*flag.FlagSet, *string) {
	flags := newFlags(std, name)
	return flags, flags.String("config", "", "the TOML `file` of a node of the cluster")
}

// ask reads a node's settings and asks the registry.
func ask(ctx context.Context, file string, do func(context.Context, registry.Registry) error) error {
	if file == "" {
		return errors.New("--config is needed")
	}
	c, err := config.Load(file)
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		return err
	}
	if !c.Cluster.On() {
		return fmt.Errorf("%s has no [cluster]: that process is alone", file)
	}
	identity, err := certs.Load(c.Cluster.CAFile, c.Cluster.CertFile, c.Cluster.KeyFile)
	if err != nil {
		return err
	}
	r, err := app.OpenRegistry(c.Cluster, identity, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	return errors.Join(do(ctx, r), r.Close())
}

// showRing prints who is there and who owns how much.
func showRing(ctx context.Context, std stdio, args []string) error {
	flags, file := clusterFlags(std, "ring")
	asJSON := flags.Bool("json", false, "print JSON")
	if err := parse(flags, args); err != nil {
		return err
	}
	return ask(ctx, *file, func(ctx context.Context, r registry.Registry) error {
		s, err := cluster.Read(ctx, r)
		if err != nil {
			return err
		}
		if *asJSON {
			e := json.NewEncoder(std.out)
			e.SetIndent("", "  ")
			return e.Encode(s)
		}
		return printRing(std.out, s)
	})
}

func printRing(out io.Writer, s cluster.State) error {
	fmt.Fprintf(out, "epoch %d, made by %s\n", s.Epoch, cmp.Or(s.Manager, "nobody now"))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "node\tslots\tchannels\tevents/s\thottest slot\taddress\troles\tversion\tstate")
	for _, name := range slices.Sorted(maps.Keys(s.Nodes)) {
		n := s.Nodes[name]
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", name, n.Slots, heatOf(n), n.Address, strings.Join(n.Roles, ","), n.Version, n.State)
	}
	return w.Flush()
}

// heatOf is three columns: a node that is no channel server has none.
func heatOf(n cluster.View) string {
	if n.Heat == nil {
		return "-\t-\t-"
	}
	hottest := "-"
	if len(n.Heat.Hottest) > 0 {
		hottest = fmt.Sprintf("%d: %.1f/s", n.Heat.Hottest[0].Slot, n.Heat.Hottest[0].Events)
	}
	return fmt.Sprintf("%d\t%.1f\t%s", n.Heat.Channels, n.Heat.Events, hottest)
}

// drainNode says which node an operator wants empty.
func drainNode(ctx context.Context, std stdio, args []string) error {
	flags, file := clusterFlags(std, "drain")
	undo := flags.Bool("undo", false, "give the node slots again; its gateway takes sockets again")
	asJSON := flags.Bool("json", false, "print JSON: the node, whether it is to be empty, and the slots that it owns by now")
	node := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		node, args = args[0], args[1:]
	}
	if err := parse(flags, args); err != nil {
		return err
	}
	if node == "" {
		return errors.New("drain: which node? taut drain NODE --config FILE")
	}
	return ask(ctx, *file, func(ctx context.Context, r registry.Registry) error {
		if err := drain(ctx, r, node, *undo); err != nil {
			return err
		}
		if !*asJSON {
			if !*undo {
				fmt.Fprintf(std.out, "%s is being emptied; taut ring says how far that is.\n", node)
			}
			return nil
		}
		s, err := cluster.Read(ctx, r)
		if err != nil {
			return err
		}
		return json.NewEncoder(std.out).Encode(drainState{node, !*undo, s.Nodes[node].Slots})
	})
}

// drainState is what --json prints of a drain.
type drainState struct {
	Node    string `json:"node"`
	Drained bool   `json:"drained"` // wanted empty
	Slots   int    `json:"slots"`   // that it still owns, or owns again
}

func drain(ctx context.Context, r registry.Registry, node string, undo bool) error {
	if undo {
		return cluster.Undrain(ctx, r, node)
	}
	return cluster.Drain(ctx, r, node)
}
