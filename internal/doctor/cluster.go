package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"taut/config"
	"taut/internal/certs"
)

// Node is one of the cluster, as the registry knows it.
type Node struct {
	Roles   []string
	Slots   int
	Version string
	State   string // there, leaving, drained, gone: it left slots behind
}

const (
	// nodeExpires is how long before its end a node's certificate is to be renewed.
	nodeExpires = 30 * 24 * time.Hour
	// registryTime bounds what the registry is waited for.
	registryTime = 5 * time.Second
)

// needed are the roles of which a cluster without any lacks something.
var needed = []struct {
	role  string
	level Level
	lacks string
}{
	{config.RoleChannelServer, Fail, "what is said reaches nobody who is connected"},
	{config.RoleRing, Warn, "nobody gives out the slots of a node that goes"},
	{config.RoleWebAPI, Warn, "nobody answers the Web API"},
	{config.RoleGateway, Warn, "nobody takes sockets"},
	{config.RoleSearch, Warn, "nothing can be searched for"},
	{config.RoleRelay, Warn, "searches don't find what is new"},
}

// cluster looks at this node's papers, and at the other nodes.
func (p Patient) cluster(ctx context.Context, n *notes) {
	if !p.Config.Cluster.On() {
		return
	}
	self := papers(p.Config.Cluster, n)
	if self == "" || p.Offline || p.Nodes == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, registryTime)
	defer cancel()
	nodes, err := p.Nodes(ctx)
	if err != nil {
		n.fail("etcd", "do most of its members run, where cluster.etcd says, with certificates of this authority and for these addresses (taut cert node --hosts)?", "%v", err)
		return
	}
	n.ok("etcd", "it answers, and knows of %d nodes", len(nodes))
	p.own(self, nodes, n)
	others(p.Config.Cluster, nodes, n)
	roles(nodes, n)
}

// papers looks at the certificates, and gives the node's name; "": they are no good.
func papers(c config.Cluster, n *notes) (self string) {
	const check = "node's certificate"
	good := expiry(check, "taut cert node --renew, with the same --hosts; a running node takes the new files over", c.CertFile, n)
	good = expiry("cluster's authority", "make a new one and certificates of it for all nodes (taut cert), and restart them", c.CAFile, n) && good
	if !good {
		return ""
	}
	identity, err := certs.Load(c.CAFile, c.CertFile, c.KeyFile)
	if err != nil {
		n.fail(check, "cert_file and key_file are what taut cert node made beside ca_file", "%v", err)
		return ""
	}
	n.ok(check, "it is %s, of the cluster %s", identity.Node, identity.Cluster)
	return identity.Node
}

// expiry tells whether a certificate can be read and is good yet.
func expiry(check, remedy, path string, n *notes) (good bool) {
	leaf, err := leafOf(path)
	if err != nil {
		n.fail(check, "taut cert makes them: docs/operating.md", "%v", err)
		return false
	}
	left, at := time.Until(leaf.NotAfter), leaf.NotAfter.Format(time.DateOnly)
	switch {
	case left < 0:
		n.fail(check, remedy, "it expired at %s: no other node hears this one", at)
		return false
	case left < nodeExpires:
		n.warn(check, remedy, "it expires at %s, in %d days", at, int(left.Hours()/24))
	default:
		n.ok(check, "it expires at %s", at)
	}
	return true
}

// own looks at what the others know of this node.
func (p Patient) own(self string, nodes map[string]Node, n *notes) {
	const check = "this node"
	is, known := nodes[self]
	roles := p.Config.Cluster.AllRoles()
	switch {
	case !known || is.State == "gone":
		n.fail(check, "start taut serve; if it runs, its log says why it can't be one", "%s is not in the cluster", self)
	case is.State == "drained":
		n.warn(check, "taut drain "+self+" --undo, when it is to serve again", "%s is drained", self)
	case is.State == "leaving":
		n.warn(check, "look again in a moment", "%s is leaving", self)
	case !slices.Equal(slices.Sorted(slices.Values(is.Roles)), slices.Sorted(slices.Values(roles))):
		n.warn(check, "restart it", "%s has the roles %s, its settings say %s", self, strings.Join(is.Roles, ", "), strings.Join(roles, ", "))
	default:
		n.ok(check, "%s is there, with %d slots", self, is.Slots)
	}
}

// others looks for nodes that are missing.
func others(c config.Cluster, nodes map[string]Node, n *notes) {
	const check = "nodes"
	before := len(n.findings)
	versions := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		is := nodes[name]
		if is.State == "gone" {
			n.fail(check, "start it again, or see that a node with the role ring gives its slots to others", "%s is gone, and has %d slots yet: what they carry reaches nobody who is connected", name, is.Slots)
			continue
		}
		versions[is.Version] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.Members())) {
		if _, known := nodes[name]; !known {
			n.warn(check, "start it again: without most of its members etcd answers nobody", "%s, a member of etcd by cluster.etcd_members, is not there", name)
		}
	}
	if len(versions) > 1 {
		n.warn(check, "go through with the upgrade: docs/operating.md", "they are of the versions %s", strings.Join(slices.Sorted(maps.Keys(versions)), ", "))
	}
	if len(n.findings) == before {
		n.ok(check, "%s", strings.Join(slices.Sorted(maps.Keys(nodes)), ", "))
	}
}

// roles looks for what no node does.
func roles(nodes map[string]Node, n *notes) {
	const check = "roles"
	var has []string
	for _, r := range needed {
		count, owns := 0, 0
		for _, is := range nodes {
			if is.State == "there" && slices.Contains(is.Roles, r.role) {
				count++
				owns += is.Slots
			}
		}
		has = append(has, fmt.Sprintf("%d %s", count, r.role))
		remedy := "give a node the role " + r.role + " (cluster.roles), or start the one that has it"
		switch {
		case count == 0 && r.level == Fail:
			n.fail(check, remedy, "no node has %s: %s", r.role, r.lacks)
		case count == 0:
			n.warn(check, remedy, "no node has %s: %s", r.role, r.lacks)
		case r.role == config.RoleChannelServer && owns == 0:
			n.fail("ring", "see in the log of a node with the role ring why it gives out none", "no channel server owns anything")
		}
	}
	n.ok(check, "%s", strings.Join(has, ", "))
}
