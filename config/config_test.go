package config

import (
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestExampleFileHoldsTheDefaults(t *testing.T) {
	got, err := Load("../taut.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	if want := Default(); !reflect.DeepEqual(got, want) {
		t.Errorf("the example file says\n%+v\nthe defaults are\n%+v", got, want)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("the defaults do not validate: %v", err)
	}
}

// TestExampleFileNamesEverySetting keeps a new setting from being forgotten
// there: a file that lacks it would still decode.
func TestExampleFileNamesEverySetting(t *testing.T) {
	text, err := os.ReadFile("../taut.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range allRoles {
		if !strings.Contains(string(text), `"`+role+`"`) {
			t.Errorf("taut.example.toml does not name the role %s", role)
		}
	}
	for _, name := range settingNames(reflect.TypeFor[Config](), "") {
		key := name[strings.LastIndex(name, ".")+1:]
		if !strings.Contains(string(text), "\n"+key+" = ") {
			t.Errorf("taut.example.toml does not explain %s", key)
		}
	}
}

func TestLoadRefusesUnknownKeys(t *testing.T) {
	path := write(t, "listne = \":80\"\n[log]\ncolour = true\n")
	_, err := Load(path)
	if err == nil || !strings.Contains(err.Error(), "listne") || !strings.Contains(err.Error(), "log.colour") {
		t.Errorf("got %v, want an error that names listne and log.colour", err)
	}
}

func TestLoadKeepsDefaultsOfWhatIsAbsent(t *testing.T) {
	c, err := Load(write(t, "retention = \"48h\"\n[log]\nformat = \"json\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Retention = Duration(48 * time.Hour)
	want.Log.Format = "json"
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestValidateNamesEachFault(t *testing.T) {
	c := Config{Listen: "8080", OpsListen: ":8081", PublicURL: "chat.example.com/x", Log: Log{Level: "loud", Format: "xml"}}
	err := c.Validate()
	if err == nil {
		t.Fatal("it validates")
	}
	for _, want := range []string{"data:", "listen:", "public_url:", "retention:", "drain:", "log.level:", "log.format:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "ops_listen") {
		t.Errorf("ops_listen is right, but: %v", err)
	}
}

func TestURL(t *testing.T) {
	at := func(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: 80} }
	for _, tt := range []struct {
		public, ip, want string
	}{
		{"", "127.0.0.1", "http://127.0.0.1:80"},
		{"", "::", "http://localhost:80"},
		{"", "10.1.2.3", "http://10.1.2.3:80"},
		{"https://chat.example.com/", "127.0.0.1", "https://chat.example.com"},
	} {
		if got := (Config{PublicURL: tt.public}).URL(at(tt.ip)); got != tt.want {
			t.Errorf("public_url %q at %s: got %s, want %s", tt.public, tt.ip, got, tt.want)
		}
	}
}

func TestMySQLReadsItsFile(t *testing.T) {
	c := Config{MySQLFile: write(t, "u:p@tcp(h:1)/d\n")}
	if got, err := c.MySQL(); err != nil || got != "u:p@tcp(h:1)/d" {
		t.Errorf("got %q, %v", got, err)
	}
	c.MySQLFile = filepath.Join(t.TempDir(), "absent")
	if _, err := c.MySQL(); err == nil {
		t.Error("an absent file is no error")
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "taut.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
