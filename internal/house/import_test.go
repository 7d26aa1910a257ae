package house

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The floors of the house, from the top. A package may import those on floors
// below its own and nothing else of ours; beside says which neighbours on the
// same floor it may import.
var floors = [][]string{
	{"cmd/taut"},
	{"app", "internal/sim", "internal/testenv", "internal/testenv/*"}, // those after it serve tests
	{"gateway", "channelserver", "router", "presence", "webapi", "files", "search", "relay", "scheduler", "cluster", "edgecache"},
	{"internal/*", "auth", "config", "registry", "ring", "rpc", "store", "stream", "web", "wire"},
	{"chat"},
}

// beside is the order on the floor of the libraries: each may import those to
// the right of it.
var beside = map[string][]string{
	"internal/admin":    {"auth", "internal/transfer", "internal/wholefile", "store"},
	"internal/backup":   {"internal/hold", "internal/wholefile", "store"},
	"internal/bench":    {"wire"},
	"internal/demo":     {"auth", "internal/transfer", "store"},
	"internal/bucket":   {"config"},
	"internal/certs":    {"internal/wholefile"},
	"internal/doctor":   {"config", "internal/admin", "internal/backup", "internal/bucket", "internal/certs", "store"},
	"auth":              {"internal/fair", "internal/gather", "store"},
	"internal/testenv":  {"internal/testenv/mariadb"},
	"internal/transfer": {"internal/wholefile", "store"},
	"rpc":               {"internal/certs", "ring"},
	"store":             {"internal/fair", "internal/wholefile"},
	// What tests start listens somewhere.
	"internal/testenv/mariadb": {"internal/testenv/loopback"},
	"internal/testenv/s3":      {"internal/testenv/loopback"},
}

// outside says which packages of others may be imported, and where.
var outside = map[string][]string{
	"github.com/BurntSushi/toml":          {"config"},
	"github.com/go-sql-driver/mysql":      {"internal/testenv/mariadb", "store"},
	"github.com/gobwas/ws":                {"gateway", "internal/bench", "wire"},
	"github.com/prometheus/client_golang": {"*"},
	"github.com/minio/minio-go":           {"internal/bucket"},
	"go.etcd.io/etcd":                     {"registry"},
	"go.uber.org/zap":                     {"registry"},
	"golang.org/x/crypto":                 {"app", "auth"},
	"golang.org/x/image":                  {"files"},
	"golang.org/x/net":                    {"internal/unfurl"},
	"golang.org/x/sync":                   {"*"},
	"golang.org/x/sys":                    {"gateway", "internal/bench", "internal/doctor", "store"},
	"golang.org/x/text":                   {"internal/words"},
	"google.golang.org/grpc":              {"registry", "rpc"},
	"modernc.org/sqlite":                  {"search", "store"},
}

func TestImportsRunDown(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() || strings.HasPrefix(f.dir, "e2e") {
			continue // a test may stand on any floor
		}
		for _, spec := range f.ast.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := refuse(f.dir, imported); why != "" {
				t.Errorf("%s imports %s: %s", f.path, imported, why)
			}
		}
	}
}

// refuse says why a package may not import another one; "" where it may.
func refuse(dir, imported string) string {
	if ours, ok := strings.CutPrefix(imported, "taut/"); ok {
		return refuseOurs(dir, ours)
	}
	if !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
		return "" // the standard library
	}
	if dir == "chat" {
		return "chat imports the standard library only"
	}
	for module, users := range outside {
		if imported == module || strings.HasPrefix(imported, module+"/") {
			if slices.Contains(users, "*") || slices.Contains(users, dir) {
				return ""
			}
			return "only " + strings.Join(users, ", ") + " may"
		}
	}
	return "no dependency of the house; see docs/adr"
}

func refuseOurs(dir, ours string) string {
	from, to := floorOf(dir), floorOf(ours)
	switch {
	case from < 0:
		return dir + " has no floor in the house"
	case to < 0:
		return ours + " has no floor in the house"
	case to > from || slices.Contains(beside[dir], ours):
		return ""
	}
	return "imports run down: " + dir + " stands on floor " + strconv.Itoa(from) + ", " + ours + " on " + strconv.Itoa(to)
}

// floorOf is -1 for a package that no floor names.
func floorOf(dir string) int {
	return slices.IndexFunc(floors, func(floor []string) bool {
		return slices.ContainsFunc(floor, func(pattern string) bool {
			ok, err := path.Match(pattern, dir)
			return err == nil && ok
		})
	})
}

// TestTheRuleRefuses plants what the rule is there to refuse.
func TestTheRuleRefuses(t *testing.T) {
	for _, tt := range []struct {
		dir, imported string
		allowed       bool
	}{
		{"gateway", "taut/webapi", false},
		{"gateway", "taut/chat", true},
		{"store", "taut/gateway", false},
		{"store", "taut/auth", false},
		{"auth", "taut/store", true},
		{"chat", "taut/store", false},
		{"chat", "strings", true},
		{"chat", "golang.org/x/sys/unix", false},
		{"webapi", "github.com/gobwas/ws", false},
		{"app", "example.com/other", false},
		{"app", "taut/cmd/taut", false},
		{"newcomer", "taut/chat", false},
	} {
		if got := refuse(tt.dir, tt.imported); (got == "") != tt.allowed {
			t.Errorf("%s imports %s: %q", tt.dir, tt.imported, got)
		}
	}
}
