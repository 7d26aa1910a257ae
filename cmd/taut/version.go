package main

import (
	"context"
	"fmt"

	"taut/internal/obs"
)

func version(_ context.Context, std stdio, args []string) error {
	if err := parse(newFlags(std, "version"), args); err != nil {
		return err
	}
	fmt.Fprintln(std.out, obs.ReadBuild())
	return nil
}
