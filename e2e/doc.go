// Package e2e tests the real binary from outside: processes on loopback that
// are seeded, served, killed and restored, driven by unmodified Slack SDKs and
// by Go clients that resume. Its tests stand behind the build tag e2e, since
// they need Node and Python; scripts/sdks installs the SDKs. What a run's
// clients sent, were told and saw is recorded and checked by internal/history.
//
//	server_test, http_test, seed_test       a process, and what is asked of it
//	sender, reader, inbox, truth            who talks, who listens, and what the log says
//	faults_test, storm_test, full_disk      one server that is killed, flooded, out of room
//	operator, backup, transfer              what an operator does
//	sdk…, slackgo…, families, conversation  Slack's own SDKs, in three languages
//	scheduled, webhooks, paging             the same promises, for what else is sent and read
//	s3_test                                 files in a bucket                   (tag s3)
//	database…                               a database that dies, comes, goes   (tag mariadb)
//	cluster_test, …_registry, …_restore     equal nodes; nodes that lose most of etcd; that go back to a dump
//	demo_cluster, haproxy                   what runs a cluster here, and what is in front
//	kubernetes…                             deploy/kubernetes, read without a Kubernetes
//	cluster_…, faults_cluster_…, host       the tests of a whole cluster
//
// The tests of a whole cluster (TestCluster…, scripts/cluster) give each node a network
// namespace and carry its packets themselves, so that they can lose, delay and cut; they
// need root, as does that of a full disk. People talk all the while, and everybody's screen
// is compared with the log. TestGatewayOfTenThousandDies measures, behind the tag measure.
//
// Each test starts its own servers and awaits their end; nothing waits for an
// amount of time where it can wait for a condition with a deadline.
package e2e
