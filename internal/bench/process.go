package bench

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// process is the server, as /proc shows it.
type process struct {
	pid int
	ops string // base URL of its operator's listener; "" if unknown
}

// cpu is the user and system time it used so far. The kernel counts in 1/100 s.
func (p process) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// ownCPU is what the load generator itself used so far: it shares the machine.
func ownCPU() time.Duration { return process{pid: os.Getpid()}.cpu() }

// memory is its resident set in bytes.
func (p process) memory() int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10
}

// collect makes the server collect its garbage, through its pprof page.
func (p process) collect() {
	if p.ops == "" {
		return
	}
	client := http.Client{Timeout: 10 * time.Second}
	if resp, err := client.Get(p.ops + "/debug/pprof/heap?gc=1"); err == nil {
		resp.Body.Close()
	}
}

// profile writes the server's CPU profile of the next seconds into a file.
func (p process) profile(path string, d time.Duration) error {
	client := http.Client{Timeout: d + 10*time.Second}
	resp, err := client.Get(fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", p.ops, int(d.Seconds())))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, resp.Body)
	return errors.Join(err, f.Close())
}

// settledMemory is the memory once it stopped falling: garbage collected and
// given back to the system.
func (p process) settledMemory(wait func(time.Duration)) int64 {
	lowest, calm := int64(0), 0
	for range 30 {
		p.collect()
		wait(time.Second)
		now := p.memory()
		if lowest == 0 || now < lowest-lowest/200 {
			lowest, calm = now, 0
		} else if calm++; calm == 5 {
			break
		}
	}
	return lowest
}
