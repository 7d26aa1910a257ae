package config

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// settingNames are those of the struct: "listen", "log.level".
func settingNames(t reflect.Type, prefix string) (names []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name := prefix + f.Tag.Get("toml")
		if f.Type.Kind() == reflect.Struct {
			names = append(names, settingNames(f.Type, name+".")...)
		} else {
			names = append(names, name)
		}
	}
	return names
}

// tableRow is a row of the reference: a name in code quotes in the first column.
var tableRow = regexp.MustCompile("(?m)^\\| `([a-z0-9_.]+)` \\|")

// TestReferenceNamesEverySetting holds docs/configuration.md against the struct, so
// that neither has a setting that the other one lacks.
func TestReferenceNamesEverySetting(t *testing.T) {
	text, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range tableRow.FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, row[1])
	}
	names := settingNames(reflect.TypeFor[Config](), "")
	slices.Sort(names)
	slices.Sort(documented)
	for _, name := range names {
		if !slices.Contains(documented, name) {
			t.Errorf("docs/configuration.md does not have %s", name)
		}
	}
	for _, name := range documented {
		if !slices.Contains(names, name) {
			t.Errorf("docs/configuration.md has %s, which is no setting", name)
		}
	}
}

// named is a setting as the documents write one: `log.level` or listen = "…" in a
// block of TOML.
var named = regexp.MustCompile(`(?m)^([a-z_]+) = |^\[([a-z0-9_.]+)\]`)

// TestDocumentsNameRealSettings looks at the TOML in all documents.
func TestDocumentsNameRealSettings(t *testing.T) {
	names := settingNames(reflect.TypeFor[Config](), "")
	for _, file := range []string{"install", "operating", "upgrade", "backup", "configuration", "sdks"} {
		text, err := os.ReadFile("../docs/" + file + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocksOf(string(text), "toml") {
			table := ""
			for _, m := range named.FindAllStringSubmatch(block, -1) {
				if m[2] != "" {
					table = m[2] + "."
					continue
				}
				if !slices.Contains(names, table+m[1]) {
					t.Errorf("docs/%s.md names %s, which is no setting", file, table+m[1])
				}
			}
		}
	}
}

// blocksOf are the document's code blocks in a language.
func blocksOf(text, language string) (blocks []string) {
	for _, part := range strings.Split(text, "```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	return blocks
}

func TestTLSFaults(t *testing.T) {
	for _, c := range []struct {
		tls  TLS
		says string
	}{
		{TLS{CertFile: "x"}, "give both"},
		{TLS{CertFile: "x", KeyFile: "y", ACMEDomain: "chat.example.com"}, "not from both"},
		{TLS{ACMEDomain: "https://chat.example.com"}, "tls.acme_domain"},
		{TLS{ACMEDomain: "localhost"}, "tls.acme_domain"},
		{TLS{ACMEEmail: "a@example.com"}, "need it"},
		{TLS{RedirectListen: ":80"}, "no HTTPS"},
		{TLS{ACMEDomain: "chat.example.com", ACMEDirectory: "http://x"}, "https URL"},
		{TLS{ACMEDomain: "chat.example.com", RedirectListen: "80"}, "host:port"},
		{TLS{CertFile: "/dev/null/none", KeyFile: "/dev/null/none"}, "tls.cert_file: open"},
	} {
		if err := c.tls.validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %s", c.tls, err, c.says)
		}
	}
	c := Default()
	c.TLS.ACMEDomain, c.PublicURL = "chat.example.com", "http://chat.example.com"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "https://") {
		t.Errorf("an http URL of an HTTPS server: %v", err)
	}
}
