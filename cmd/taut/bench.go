//go:build linux

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"taut/internal/bench"
)

// benchmark loads a running server and prints what it measured.
func benchmark(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "bench")
	o := bench.Options{Progress: std.err}
	flags.StringVar(&o.URL, "url", "", "the server's `URL`, http://127.0.0.1:PORT")
	flags.StringVar(&o.Ops, "ops", "", "its operator's `URL`, so that garbage is collected before memory is read")
	flags.IntVar(&o.PID, "pid", 0, "its process `id`, for CPU and memory")
	flags.StringVar(&o.Seed, "seed", "", "the `file` that taut seed --out wrote")
	flags.StringVar(&o.Mode, "mode", "", "what to measure: "+strings.Join(bench.Modes(), ", "))
	flags.DurationVar(&o.Duration, "duration", 10*time.Second, "the measured part of each run")
	flags.IntVar(&o.Runs, "runs", 3, "how many runs; the median is reported, with the spread")
	flags.IntVar(&o.Rate, "rate", 4000, "messages per second of fanout")
	flags.IntVar(&o.Posters, "posters", 16, "connections that post at once")
	flags.IntVar(&o.Clients, "clients", 10_000, "sockets of idle and reconnect")
	flags.StringVar(&o.FloodSeed, "flood-seed", "", "of neighbour: the `file` that taut seed --out wrote of the workspace that floods")
	flags.IntVar(&o.FloodLimit, "flood-limit", 100, "of neighbour: the server's workspace_rate")
	list := func(into *[]string) func(string) error {
		return func(text string) error { *into = strings.Split(text, ","); return nil }
	}
	flags.Func("others", "of failover: the `URLs` of the servers that stay, with commas between", list(&o.Others))
	flags.Func("others-ops", "of failover: their operators' `URLs`, to count queries of the database", list(&o.OthersOps))
	flags.StringVar(&o.Profile, "profile", "", "write the server's CPU profile of the last run to this `file`; needs --ops")
	jsonFile := flags.String("json", "", "append the report to this `file`, one line of JSON")
	markdown := flags.String("markdown", "", "append the report to this `file`, as a table for a document")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "url", "seed", "mode"); err != nil {
		return err
	}
	if o.Mode == bench.Flooding {
		return bench.Flood(ctx, o, os.Stdin, std.out)
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	report.WriteTable(std.out)
	return errors.Join(appendReport(*jsonFile, report.WriteJSON), appendReport(*markdown, report.WriteMarkdown))
}

// appendReport writes to the end of a file, where one is named.
func appendReport(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
