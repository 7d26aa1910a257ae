package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// called runs scripts/run beside a program that only tells how it is called, and where
// some folders hold a server's data already.
func called(t *testing.T, held []string, args ...string) []string {
	t.Helper()
	at := t.TempDir()
	script, err := os.ReadFile("../../scripts/run")
	if err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		name = filepath.Join(at, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	put("scripts/run", string(script))
	put("build/taut", "#!/bin/sh\necho taut \"$@\"\n")
	for _, folder := range held {
		put(folder+"/taut.db", "")
	}
	out, err := exec.Command(filepath.Join(at, "scripts/run"), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
}

// TestRunFillsTheFolderThatIsServed: what scripts/run makes, and prints the credentials
// of, is in the folder that taut serve is given.
func TestRunFillsTheFolderThatIsServed(t *testing.T) {
	made := func(folder string) []string {
		return []string{
			"taut workspace create --data " + folder + " --domain acme --name Acme",
			"taut user add --data " + folder + " --name ada", "taut bot add --data " + folder + " --name helper",
		}
	}
	for name, c := range map[string]struct {
		held, args []string
		made       []string
		serve      string
	}{
		"the first time":      {nil, nil, made("data"), "--data data"},
		"again":               {[]string{"data"}, nil, nil, "--data data"},
		"another folder":      {[]string{"data"}, []string{"--data", "other"}, made("other"), "--data data --data other"},
		"another, in one":     {[]string{"data"}, []string{"-data=other"}, made("other"), "--data data -data=other"},
		"the last one counts": {nil, []string{"--data", "a", "--listen", ":80", "--data=b"}, made("b"), "--data data --data a --listen :80 --data=b"},
		"another one again":   {[]string{"other"}, []string{"--data", "other"}, nil, "--data data --data other"},
		"a file of settings":  {nil, []string{"--config", "taut.toml"}, nil, "--config taut.toml"},
		"a demonstration":     {nil, []string{"--demo", "--data", "other"}, nil, "--data data --demo --data other"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := called(t, c.held, c.args...), append(c.made, "taut serve "+c.serve); !slices.Equal(got, want) {
				t.Errorf("it runs\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
