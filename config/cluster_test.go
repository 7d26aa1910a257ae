package config

import (
	"fmt"
	"strings"
	"testing"
)

func TestClusterSettings(t *testing.T) {
	alone := Default()
	if err := alone.Validate(); err != nil || alone.Cluster.On() || len(alone.Cluster.AllRoles()) != 7 {
		t.Errorf("a process that is alone: %v, %v", err, alone.Cluster.AllRoles())
	}
	good := Cluster{
		Roles: []string{"ring", "channelserver"}, Listen: ":7400", CAFile: "cluster.go", CertFile: "cluster.go", KeyFile: "cluster.go",
		Etcd: []string{"a:1"}, EtcdMembers: []string{"n=a:2"},
	}
	if err := good.validate("dsn"); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(good.AllRoles(), good.Members()); got != "[channelserver ring] map[n:a:2]" {
		t.Errorf("roles and members: %s", got)
	}
	for _, tt := range []struct {
		change func(c *Cluster)
		says   string
	}{
		{func(c *Cluster) { c.Roles = []string{"router"} }, "cluster.roles"},
		{func(c *Cluster) { c.Listen = "" }, "cluster.listen"},
		{func(c *Cluster) { c.Listen = "x" }, "cluster.listen"},
		{func(c *Cluster) { c.CertFile = "none" }, "cluster.cert_file"},
		{func(c *Cluster) { c.Etcd = nil }, "cluster.etcd"},
		{func(c *Cluster) { c.EtcdMembers = []string{"a:2"} }, "cluster.etcd_members"},
	} {
		c := good
		tt.change(&c)
		if err := c.validate("dsn"); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: %v, want a word of %s", c, err, tt.says)
		}
	}
	good.Roles = []string{"gateway", "ring"}
	if err := good.validate(""); err != nil {
		t.Errorf("a gateway has no database: %v", err)
	}
	good.Roles = []string{"gateway", "webapi"}
	if err := good.validate(""); err == nil || !strings.Contains(err.Error(), "mysql_dsn_file") {
		t.Errorf("without a database of its own: %v", err)
	}
}
