package config

import (
	"errors"
	"slices"
	"strings"
)

// Roles of a process.
const (
	RoleWebAPI        = "webapi"
	RoleGateway       = "gateway"
	RoleChannelServer = "channelserver"
	RoleRing          = "ring"
	RoleSearch        = "search"
	RoleRelay         = "relay"
	RoleEdgeCache     = "edgecache"
)

var allRoles = []string{RoleWebAPI, RoleGateway, RoleChannelServer, RoleRing, RoleSearch, RoleRelay, RoleEdgeCache}

// Cluster says how this process is a node among others; without Listen it is alone.
// The names of the cluster and of the node are in the certificate.
type Cluster struct {
	// Roles are what this node does; empty: everything.
	Roles []string `toml:"roles"`
	// Listen is where other nodes call this one.
	Listen string `toml:"listen"`
	// Advertise is Listen as others reach it; "": as it is.
	Advertise string `toml:"advertise"`
	// CAFile, CertFile and KeyFile are what taut cert made, PEM.
	CAFile   string `toml:"ca_file"`
	CertFile string `toml:"cert_file"`
	KeyFile  string `toml:"key_file"`
	// Etcd are the addresses of etcd, for clients.
	Etcd []string `toml:"etcd"`
	// EtcdMembers are the members of an etcd that runs in the nodes themselves, as
	// node=host:port; this node runs one if it is named there.
	EtcdMembers []string `toml:"etcd_members"`
	// EtcdListen is where this node's member serves clients.
	EtcdListen string `toml:"etcd_listen"`
}

var noCluster = Cluster{Roles: []string{}, Etcd: []string{}, EtcdMembers: []string{}}

// On tells whether the process is a node among others.
func (c Cluster) On() bool { return c.Listen != "" }

// Does tells whether this process has the role.
func (c Cluster) Does(role string) bool {
	return len(c.Roles) == 0 || slices.Contains(c.Roles, role)
}

// NeedsStore tells whether one of the process's roles reads or writes the log.
func (c Cluster) NeedsStore() bool {
	return slices.ContainsFunc([]string{RoleWebAPI, RoleChannelServer, RoleSearch, RoleRelay, RoleEdgeCache}, c.Does)
}

// AllRoles are those that this process has.
func (c Cluster) AllRoles() []string {
	return slices.DeleteFunc(slices.Clone(allRoles), func(role string) bool { return !c.Does(role) })
}

// Members are EtcdMembers by name.
func (c Cluster) Members() map[string]string {
	members := make(map[string]string, len(c.EtcdMembers))
	for _, m := range c.EtcdMembers {
		name, at, _ := strings.Cut(m, "=")
		members[name] = at
	}
	return members
}

func (c Cluster) validate(mysqlFile string) error {
	for _, role := range c.Roles {
		if err := oneOf("cluster.roles", role, allRoles...); err != nil {
			return err
		}
	}
	if !c.On() {
		return wrong(len(c.Roles) > 0 || c.CertFile != "" || len(c.Etcd) > 0 || len(c.EtcdMembers) > 0,
			"cluster.listen: without it this process is alone, and does everything; the other cluster settings need it")
	}
	errs := []error{
		address("cluster.listen", c.Listen),
		optionalAddress("cluster.advertise", c.Advertise),
		optionalAddress("cluster.etcd_listen", c.EtcdListen),
		wrong(mysqlFile == "" && c.NeedsStore(), "mysql_dsn_file: the nodes of a cluster share one MySQL or MariaDB"),
		wrong(c.CAFile == "" || c.CertFile == "" || c.KeyFile == "", "cluster.ca_file, cert_file and key_file: taut cert makes them"),
		readable("cluster.ca_file", c.CAFile), readable("cluster.cert_file", c.CertFile), readable("cluster.key_file", c.KeyFile),
		wrong(len(c.Etcd) == 0, "cluster.etcd: the addresses of etcd are needed"),
	}
	for _, at := range c.Etcd {
		errs = append(errs, address("cluster.etcd", at))
	}
	for _, m := range c.EtcdMembers {
		name, at, _ := strings.Cut(m, "=")
		errs = append(errs, wrong(name == "", "cluster.etcd_members: as node-1=10.0.0.1:7402"), address("cluster.etcd_members", at))
	}
	return errors.Join(errs...)
}
