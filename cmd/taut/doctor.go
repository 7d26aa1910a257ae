package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"taut/cluster"
	"taut/internal/doctor"
	"taut/registry"
	"taut/store"
)

// examine is taut doctor: it looks at the server and its surroundings, and says
// what is wrong and what to do. It fails where something doesn't work.
func examine(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "doctor")
	f := addAdminFlags(flags)
	offline := flags.Bool("offline", false, "don't ask the public URL, the bucket, etcd and the mail server")
	if err := parse(flags, args); err != nil {
		return err
	}
	p, err := f.patient(ctx)
	var all []doctor.Finding
	if err != nil {
		all = []doctor.Finding{{Check: "settings", Level: doctor.Fail, Says: err.Error(), Remedy: "taut.example.toml and docs/configuration.md explain each setting"}}
	} else {
		p.Offline = *offline
		all = append([]doctor.Finding{{Check: "settings", Level: doctor.OK, Says: "they can work"}}, doctor.Examine(ctx, p)...)
	}
	if err := printFindings(std.out, f.json, all); err != nil {
		return err
	}
	if doctor.Worst(all) == doctor.Fail {
		return errors.New("doctor: something is wrong")
	}
	return nil
}

// patient is the server that the flags name.
func (f *adminFlags) patient(ctx context.Context) (p doctor.Patient, err error) {
	if p.Config, err = f.settings(); err != nil {
		return p, err
	}
	dsn, err := p.Config.MySQL()
	if err != nil {
		return p, err
	}
	p.Store = store.Options{Data: p.Config.Data, MySQL: dsn, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()}
	if p.Config.Cluster.On() {
		p.Nodes = f.nodes
	}
	p.Server, err = running(ctx, p.Store)
	return p, err
}

// nodes asks the registry which nodes there are.
func (f *adminFlags) nodes(ctx context.Context) (nodes map[string]doctor.Node, err error) {
	err = ask(ctx, f.config, func(ctx context.Context, r registry.Registry) error {
		s, err := cluster.Read(ctx, r)
		nodes = make(map[string]doctor.Node, len(s.Nodes))
		for name, v := range s.Nodes {
			nodes[name] = doctor.Node{Roles: v.Roles, Slots: v.Slots, Version: v.Version, State: v.State}
		}
		return err
	})
	return nodes, err
}

func printFindings(out io.Writer, asJSON bool, all []doctor.Finding) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"worst": doctor.Worst(all), "findings": all})
	}
	for _, f := range all {
		fmt.Fprintf(out, "%-5s %-14s %s\n", f.Level, f.Check, f.Says)
		if f.Remedy != "" && f.Level != doctor.OK {
			fmt.Fprintf(out, "%-20s → %s\n", "", f.Remedy)
		}
	}
	return nil
}
