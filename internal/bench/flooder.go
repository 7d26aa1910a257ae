//go:build linux

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Flooding is the mode of the process that floods beside neighbour's: what it costs
// to ask for so much is not to be in the way of what is measured. In one process it
// is, whatever the threads' priorities: Go has as many of its processors as the
// machine, and a thread that the system keeps waiting keeps one of them.
const Flooding = "flooding"

// floodCounts is what a flood asked for and got.
type floodCounts struct {
	Asked, Refused, Done, Failed int64
	Took, CPU                    time.Duration
}

func (c *floodCounts) add(more floodCounts) {
	c.Asked += more.Asked
	c.Refused += more.Refused
	c.Done += more.Done
	c.Failed += more.Failed
	c.Took += more.Took
	c.CPU += more.CPU
}

// Flood asks, o.Rate times a second, until in ends, and then tells out how often.
func Flood(ctx context.Context, o Options, in io.Reader, out io.Writer) error {
	if err := giveWay(); err != nil {
		return fmt.Errorf("give way to others: %w", err)
	}
	people, err := readSeed(o.Seed)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		io.Copy(io.Discard, in) // also when who started us dies
		cancel()
	}()
	f := flood{host: strings.TrimPrefix(o.URL, "http://"), people: people}
	start := time.Now()
	counts := f.run(ctx, o.Rate)
	counts.Took = time.Since(start)
	return json.NewEncoder(out).Encode(counts)
}

// giveWay puts all of the process's threads where they run only while nobody else
// wants to, and stop at once when somebody does. At the lowest priority alone, a
// thread keeps its processor until the next tick of the system's clock, and who is
// measured waits for that. New threads are as those that make them, so it is done
// when none is otherwise.
func giveWay() error {
	for others := true; others; {
		others = false
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		for _, thread := range threads {
			id, err := strconv.Atoi(thread.Name())
			if err != nil {
				return err
			}
			was, err := unix.SchedGetAttr(id, 0)
			if errors.Is(err, unix.ESRCH) || err == nil && was.Policy == unix.SCHED_IDLE {
				continue
			}
			if err == nil {
				err = unix.SchedSetAttr(id, &unix.SchedAttr{Policy: unix.SCHED_IDLE}, 0)
			}
			if err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
			others = true
		}
	}
	return nil
}

// flooder is the process that floods.
type flooder struct {
	command *exec.Cmd
	in      io.Closer
	out     strings.Builder
}

func startFlooder(ctx context.Context, o Options, rate int) (*flooder, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f := &flooder{}
	f.command = exec.CommandContext(ctx, self, "bench", "--mode", Flooding, "--url", o.URL, "--seed", o.FloodSeed, "--rate", strconv.Itoa(rate))
	f.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	f.command.Stdout, f.command.Stderr = &f.out, os.Stderr
	if f.in, err = f.command.StdinPipe(); err != nil {
		return nil, err
	}
	return f, f.command.Start()
}

// end stops the flood and waits for it.
func (f *flooder) end() (counts floodCounts, err error) {
	if err := errors.Join(f.in.Close(), f.command.Wait()); err != nil {
		return counts, fmt.Errorf("the flood: %w", err)
	}
	err = json.Unmarshal([]byte(f.out.String()), &counts)
	counts.CPU = f.command.ProcessState.UserTime() + f.command.ProcessState.SystemTime()
	return counts, err
}
