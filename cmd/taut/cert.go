package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"taut/internal/certs"
)

// certAuthority makes what every node of the cluster trusts.
func certAuthority(_ context.Context, std stdio, args []string) error {
	flags := newFlags(std, "cert authority")
	folder := flags.String("folder", "", "where the `folder` is that gets ca.pem and ca.key")
	cluster := flags.String("cluster", "", "the cluster's `name`")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "folder", "cluster"); err != nil {
		return err
	}
	if err := certs.MakeAuthority(*folder, *cluster); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s is what all nodes trust; %s signs their certificates and stays off them.\n",
		filepath.Join(*folder, "ca.pem"), filepath.Join(*folder, "ca.key"))
	return nil
}

// certNode makes what a node shows to the others.
func certNode(_ context.Context, std stdio, args []string) error {
	flags := newFlags(std, "cert node")
	folder := flags.String("folder", "", "the `folder` with ca.pem and ca.key")
	node := flags.String("node", "", "the node's `name`: letters, digits and dashes")
	hosts := flags.String("hosts", "", "`names or addresses` under which other nodes reach it, with commas between")
	renew := flags.Bool("renew", false, "replace the node's files; a node that runs takes them over")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "folder", "node", "hosts"); err != nil {
		return err
	}
	if err := certs.MakeNode(*folder, *node, strings.Split(*hosts, ","), *renew); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s and .key are for %s alone.\n", filepath.Join(*folder, *node+".pem"), *node)
	return nil
}
