package doctor

import (
	"context"
	"fmt"
	"time"

	"taut/config"
	"taut/internal/admin"
	"taut/store"
)

// Level is how bad a finding is.
type Level string

const (
	OK   Level = "ok"
	Warn Level = "warn" // it works, but will not always, or not well
	Fail Level = "fail" // it doesn't work, or loses data
)

// Finding is what one check found.
type Finding struct {
	Check  string `json:"check"`
	Level  Level  `json:"level"`
	Says   string `json:"says"`
	Remedy string `json:"remedy,omitempty"`
}

// Patient is the server that is looked at.
type Patient struct {
	Config config.Config
	Store  store.Options
	// Server is the running server; nil: none runs on the data.
	Server *admin.Client
	// Nodes asks the registry which nodes there are, by name; nil: nobody can.
	Nodes func(context.Context) (map[string]Node, error)
	// Offline: ask nobody over the network, the database excepted.
	Offline bool
}

// checkTime bounds one check.
const checkTime = 20 * time.Second

// Examine runs all checks, in an order in which what comes first explains what
// follows.
func Examine(ctx context.Context, p Patient) []Finding {
	var all []Finding
	for _, check := range []func(context.Context, *notes){
		p.folder, p.space, p.disk, p.database, p.clock, p.files, p.backups,
		p.ports, p.openFiles, p.secrets, p.certificate, p.public, p.cluster, p.bucket, p.mail,
	} {
		n := &notes{}
		bounded, cancel := context.WithTimeout(ctx, checkTime)
		check(bounded, n)
		cancel()
		all = append(all, n.findings...)
	}
	return all
}

// Worst is the worst level among findings.
func Worst(all []Finding) Level {
	worst := OK
	for _, f := range all {
		if f.Level == Fail || f.Level == Warn && worst == OK {
			worst = f.Level
		}
	}
	return worst
}

// notes takes the findings of one check.
type notes struct{ findings []Finding }

func (n *notes) ok(check, format string, args ...any) {
	n.findings = append(n.findings, Finding{check, OK, fmt.Sprintf(format, args...), ""})
}

func (n *notes) warn(check, remedy, format string, args ...any) {
	n.findings = append(n.findings, Finding{check, Warn, fmt.Sprintf(format, args...), remedy})
}

func (n *notes) fail(check, remedy, format string, args ...any) {
	n.findings = append(n.findings, Finding{check, Fail, fmt.Sprintf(format, args...), remedy})
}
