package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"taut/app"
	"taut/cluster"
	"taut/config"
	"taut/internal/certs"
	"taut/internal/doctor"
	"taut/internal/testenv/loopback"
	"taut/registry"
)

// TestDoctorOfANode: of a gateway whose etcd is away, and then there with that node alone.
func TestDoctorOfANode(t *testing.T) {
	folder := t.TempDir()
	must(t, "cert", "authority", "--folder", folder, "--cluster", "acme")
	must(t, "cert", "node", "--folder", folder, "--node", "gate", "--hosts", "127.0.0.1")
	papers := func(name string) string { return filepath.Join(folder, name) }
	at, peer, self := loopback.FreeFor(t), loopback.FreeFor(t), loopback.FreeFor(t)
	file := settingsFile(t, fmt.Sprintf(`data = %q
[cluster]
roles = ["gateway"]
listen = %q
ca_file = %q
cert_file = %q
key_file = %q
etcd = [%q]
`, papers("data"), self, papers("ca.pem"), papers("gate.pem"), papers("gate.key"), at))
	found, _ := diagnosis(t, "--config", file)
	for check, level := range map[string]doctor.Level{"node's certificate": doctor.OK, "cluster's authority": doctor.OK, "etcd": doctor.Fail} {
		wantLevel(t, found, check, level)
	}
	for _, check := range []string{"database", "backups"} {
		if f, there := found[check]; there {
			t.Errorf("of a gateway, which has no data: %+v", f)
		}
	}
	if found, _ = diagnosis(t, "--config", file, "--offline"); found["etcd"].Level != "" {
		t.Error("--offline asks etcd")
	}

	member, err := registry.StartEmbedded(registry.EmbeddedOptions{
		Name: "gate", Folder: papers("etcd"), ClientListen: at, Peers: map[string]string{"gate": peer},
		CA: papers("ca.pem"), Cert: papers("gate.pem"), Key: papers("gate.key"), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer member.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := member.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	identity, err := certs.Load(papers("ca.pem"), papers("gate.pem"), papers("gate.key"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := app.OpenRegistry(config.Cluster{Etcd: []string{at}}, identity, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	found, _ = diagnosis(t, "--config", file)
	wantLevel(t, found, "etcd", doctor.OK)
	wantLevel(t, found, "this node", doctor.Fail)

	met := make(chan struct{}, 100)
	node := cluster.Start(cluster.Options{
		Name: "gate", Address: self, Roles: []string{"gateway"}, Version: "1", Registry: r, Log: slog.New(slog.DiscardHandler),
		Members: func(members map[string]cluster.Member) {
			if _, there := members["gate"]; there {
				met <- struct{}{}
			}
		},
	})
	defer node.Close()
	select {
	case <-met:
	case <-ctx.Done():
		t.Fatal("the node is not among the members")
	}
	found, _ = diagnosis(t, "--config", file)
	for check, level := range map[string]doctor.Level{"this node": doctor.OK, "nodes": doctor.OK, "roles": doctor.Fail} {
		wantLevel(t, found, check, level)
	}
}
