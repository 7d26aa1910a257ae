package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Config holds every setting of taut serve. taut.example.toml explains each.
type Config struct {
	// Data is the folder that holds everything durable.
	Data string `toml:"data"`
	// Listen is where clients connect: the Web API, sockets and the page at "/".
	Listen string `toml:"listen"`
	// OpsListen is where the operator looks: health, metrics, profiles, and the
	// commands that change a running server. Keep it private.
	OpsListen string `toml:"ops_listen"`
	// PublicURL is how clients reach Listen from where they are; "": as each
	// client's request says, by its Host.
	PublicURL string `toml:"public_url"`
	// MySQLFile is a file with the DSN of a MySQL or MariaDB that holds the
	// tables; "" is SQLite in Data.
	MySQLFile string `toml:"mysql_dsn_file"`
	// Retention is how long events that are not messages can be resumed from.
	Retention Duration `toml:"retention"`
	// Limits is "" for the server's own, "slack" for Slack's.
	Limits string `toml:"limits"`
	// UserRate and WorkspaceRate are requests per second, beyond which a user or
	// a workspace is told to wait.
	UserRate      int    `toml:"user_rate"`
	WorkspaceRate int    `toml:"workspace_rate"`
	Unfurl        Unfurl `toml:"unfurl"`
	// Drain is how long a stop may take before connections are cut.
	Drain Duration `toml:"drain"`
	Log   Log      `toml:"log"`
	TLS   TLS      `toml:"tls"`

	Accounts Accounts `toml:"accounts"`
	Mail     Mail     `toml:"mail"`
	Files    Files    `toml:"files"`
	Cluster  Cluster  `toml:"cluster"`
}

// Log says how much is logged, to standard error.
type Log struct {
	Level  string `toml:"level"`
	Format string `toml:"format"`
}

// Duration is a time.Duration that the file writes as "30s" or "720h".
type Duration time.Duration

// UnmarshalText reads Go's notation.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// Default is the configuration of a server that nobody configured.
func Default() Config {
	return Config{
		Data:          "data",
		Listen:        "127.0.0.1:8080",
		OpsListen:     "127.0.0.1:8081",
		Retention:     Duration(30 * 24 * time.Hour),
		Drain:         Duration(8 * time.Second),
		UserRate:      1_000,
		WorkspaceRate: 20_000,
		Log:           Log{Level: "info", Format: "text"},
		Accounts:      Accounts{CreateWorkspace: "code", TrustedProxies: []string{}},
		Mail:          Mail{TLS: "starttls"},
		Files:         defaultFiles,
		Cluster:       noCluster,
	}
}

// Load reads a TOML file over the defaults. A key that is no setting is an
// error, as it is a setting that somebody thinks is in force.
func Load(path string) (Config, error) {
	c := Default()
	meta, err := toml.DecodeFile(path, &c)
	if err != nil {
		return Config{}, fmt.Errorf("configuration file: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		names := make([]string, len(unknown))
		for i, key := range unknown {
			names[i] = key.String()
		}
		return Config{}, fmt.Errorf("configuration file %s: no such setting: %s", path, strings.Join(names, ", "))
	}
	return c, nil
}

// Validate says everything that is wrong, each with what would be right.
func (c Config) Validate() error {
	return errors.Join(
		wrong(c.Data == "", "data: a folder is needed"),
		address("listen", c.Listen),
		address("ops_listen", c.OpsListen),
		siteURL("public_url", c.PublicURL),
		wrong(c.Retention < Duration(time.Hour), "retention: at least 1h, or clients that were away for a moment lose their place"),
		wrong(c.Drain < Duration(time.Second) || c.Drain > Duration(time.Minute), "drain: between 1s and 1m"),
		oneOf("limits", c.Limits, "", "slack"),
		wrong(c.UserRate < 1, "user_rate: at least 1"),
		wrong(c.WorkspaceRate < 1, "workspace_rate: at least 1"),
		oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"),
		oneOf("log.format", c.Log.Format, "text", "json"),
		c.Accounts.validate(),
		c.Mail.validate(),
		c.Files.validate(),
		c.Cluster.validate(c.MySQLFile),
		c.TLS.validate(),
		wrong(c.Mail.Server != "" && c.PublicURL == "", "public_url: [mail] needs it, as the links in mails lead there"),
		wrong(c.TLS.On() && strings.HasPrefix(c.PublicURL, "http://"), "public_url: listen speaks HTTPS, so it begins with https://"),
	)
}

func wrong(is bool, message string) error {
	if is {
		return errors.New(message)
	}
	return nil
}

func address(setting, value string) error {
	if _, _, err := net.SplitHostPort(value); err != nil {
		return fmt.Errorf("%s: %q is not host:port, as 127.0.0.1:8080 or :8080", setting, value)
	}
	return nil
}

func siteURL(setting, value string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%s: %q is not like https://chat.example.com, without a path", setting, value)
	}
	return nil
}

func oneOf(setting, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%s: %q is not one of %s", setting, value, strings.Join(allowed, ", "))
}

// MySQL reads the DSN from MySQLFile; "" where none is set.
func (c Config) MySQL() (string, error) {
	if c.MySQLFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(c.MySQLFile)
	if err != nil {
		return "", fmt.Errorf("mysql_dsn_file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// URL is the public URL, made from the address of the listener where none is
// set. It never ends in a slash.
func (c Config) URL(listener net.Addr) string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	scheme := "http://"
	if c.TLS.On() {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(listener.String())
	if err != nil {
		return scheme + listener.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	if c.TLS.ACMEDomain != "" {
		host = c.TLS.ACMEDomain
	}
	if c.TLS.On() && port == "443" {
		return scheme + host
	}
	return scheme + net.JoinHostPort(host, port)
}
