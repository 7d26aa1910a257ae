// Package e2e tests the real binary from outside: processes on loopback that
// are seeded, served, killed and restored, driven by unmodified Slack SDKs and
// by Go clients that resume. Its tests stand behind the build tag e2e, since
// they need Node and Python; scripts/sdks installs the SDKs. What a run's
// clients sent, were told and saw is recorded and checked by internal/history.
//
// Each test starts its own servers and awaits their end; nothing waits for an
// amount of time where it can wait for a condition with a deadline.
package e2e
