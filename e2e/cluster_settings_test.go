//go:build e2e && mariadb

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
)

// joining is what a node has to know to be one of a cluster.
type joining struct {
	certs         string   // the folder of the cluster's authority
	hosts         string   // under which others reach the node
	dsn           string   // the database's; "": the node has none
	roles         []string // none: all
	listen        string
	members, etcd []string
	etcdListen    string // "": no member of etcd
	more          string // settings besides
}

// join makes the node's certificate and writes its settings.
func (s *server) join(j joining) {
	s.t.Helper()
	s.taut("cert", "node", "--folder", j.certs, "--node", s.name, "--hosts", j.hosts)
	dsn := ""
	if j.dsn != "" {
		dsn = filepath.Join(s.dir, "dsn")
		write(s.t, dsn, j.dsn)
	}
	write(s.t, s.config(), fmt.Sprintf(`
data = %q
listen = %q
ops_listen = %q
mysql_dsn_file = %q
drain = "2s"
[cluster]
roles = [%s]
listen = %q
ca_file = %q
cert_file = %q
key_file = %q
etcd = [%s]
etcd_members = [%s]
etcd_listen = %q
%s`, s.data(), s.listen, s.ops, dsn, quoted(j.roles), j.listen, filepath.Join(j.certs, "ca.pem"),
		filepath.Join(j.certs, s.name+".pem"), filepath.Join(j.certs, s.name+".key"), quoted(j.etcd), quoted(j.members), j.etcdListen, j.more))
	s.args = []string{"--config", s.config()}
}

// quoted is a list of TOML's without its brackets.
func quoted(texts []string) string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = fmt.Sprintf("%q", t)
	}
	return strings.Join(all, ", ")
}
