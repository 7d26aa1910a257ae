package store

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// migration is one step of the schema, in a dialect.
type migration struct {
	version    int
	statements []string
}

// migrations reads the embedded files, whose names begin with their number.
func (d *dialect) migrations() ([]migration, error) {
	names, err := fs.Glob(schemaFiles, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	all := make([]migration, len(names))
	for i, name := range names {
		var m migration
		if _, err := fmt.Sscanf(name, "schema/%d_", &m.version); err != nil || m.version != i+1 {
			return nil, fmt.Errorf("schema file %s is not number %d", name, i+1)
		}
		text, err := schemaFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m.statements = d.statements(string(text))
		all[i] = m
	}
	return all, nil
}

// statements splits a schema file: comments go, except those that begin with
// the dialect's name, which are statements of this dialect alone.
func (d *dialect) statements(text string) []string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(line, "-- "+d.name+": ")
		if !strings.HasPrefix(line, "--") {
			kept.WriteString(line)
		}
	}
	var out []string
	for s := range strings.SplitSeq(d.types.Replace(kept.String()), ";") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

var sqliteTypes = strings.NewReplacer(
	"{id}", "TEXT", "{name}", "TEXT", "{text}", "TEXT", "{blob}", "BLOB", "{hash}", "BLOB", "{int}", "INTEGER",
	"{position}", "INTEGER PRIMARY KEY AUTOINCREMENT",
	"{options}", "WITHOUT ROWID", "{log_options}", "", "{if_not_exists}", "IF NOT EXISTS",
)

const mysqlOptions = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"

var mysqlTypes = strings.NewReplacer(
	// Bytes, as collations call texts the same that differ in spaces at the end.
	"{id}", "VARBINARY(40)",
	"{name}", "VARBINARY(760)",
	"{text}", "LONGTEXT", "{blob}", "LONGBLOB", "{hash}", "BINARY(32)", "{int}", "BIGINT",
	"{position}", "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
	"{options}", mysqlOptions, "{log_options}", mysqlOptions, "{if_not_exists}", "",
)
