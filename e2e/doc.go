// Package e2e tests the real binary from outside: processes on loopback that
// are seeded, served, killed and restored, driven by unmodified Slack SDKs and
// by Go clients that resume. Its tests stand behind the build tag e2e, since
// they need Node and Python; scripts/sdks installs the SDKs. What a run's
// clients sent, were told and saw is recorded and checked by internal/history.
//
// The tests of a whole cluster (TestCluster…, scripts/cluster) give each node a network
// namespace and carry its packets themselves, so that they can lose, delay and cut; they
// need root. People talk all the while, and everybody's screen is compared with the log.
//
// Each test starts its own servers and awaits their end; nothing waits for an
// amount of time where it can wait for a condition with a deadline.
package e2e
