package obs

import (
	"runtime"
	"runtime/debug"
)

// Version is the release; the linker sets it (-X taut/internal/obs.Version=…).
var Version = "development"

// Build is what the running binary was made from.
type Build struct {
	Version  string
	Revision string // the commit, "" where the build did not record it
	Modified bool   // built from files that were not committed
	Go       string
}

// ReadBuild reads what the toolchain recorded in the binary.
func ReadBuild() Build {
	b := Build{Version: Version, Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// String is one line, as taut version prints it.
func (b Build) String() string {
	line := "taut " + b.Version
	if b.Revision != "" {
		line += " (" + b.Revision[:min(12, len(b.Revision))]
		if b.Modified {
			line += ", modified"
		}
		line += ")"
	}
	return line + " " + b.Go + " " + runtime.GOOS + "/" + runtime.GOARCH
}
