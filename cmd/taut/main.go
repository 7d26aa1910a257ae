// Command taut is the server and everything an operator does to it.
//
// main picks a subcommand; each has a file of its own. A subcommand reads its
// flags, calls the package that does the work and prints. Nothing here starts a
// goroutine that outlives its subcommand.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// command is one subcommand.
type command struct {
	name string // one or two words
	what string
	run  func(ctx context.Context, std stdio, args []string) error
}

// stdio is what a command talks to.
type stdio struct {
	out, err io.Writer
}

var commands = []command{
	{"serve", "run the server", serve},
	{"workspace create", "make a workspace and its owner", workspaceCreate},
	{"user add", "add a person to a workspace", userAdd},
	{"user list", "list a workspace's people and bots", userList},
	{"user deactivate", "end an account: its sockets close, its tokens stop", userDeactivate},
	{"user reactivate", "take that back", userReactivate},
	{"user token", "make a further token of a person or a bot", userToken},
	{"user revoke", "end tokens and sessions of a person or a bot", userRevoke},
	{"user password", "give a person a new password, and no second factor", userPassword},
	{"user links", "make a link for everybody without a password to set one, as CSV", userLinks},
	{"workspace code", "make a one-time code for a further workspace", workspaceCode},
	{"bot add", "add a bot to a workspace", botAdd},
	{"webhook add", "add an incoming webhook to a channel", webhookAdd},
	{"seed", "make a workspace full of users, bots, channels and messages", seed},
	{"doctor", "look at a server and its surroundings, and say what is wrong", examine},
	{"backup", "write a backup of the data, beside a running server, or check one", backUp},
	{"export", "write a workspace as a Slack export", exportWorkspace},
	{"import", "bring a Slack export into a workspace", importExport},
	{"restore", "put a backup, or an older copy of the data, in place", restore},
	{"cert authority", "make the authority of a cluster of one's own", certAuthority},
	{"cert node", "make a node's certificate", certNode},
	{"ring", "say which nodes there are and who owns how many slots", showRing},
	{"drain", "empty a node, or take that back", drainNode},
	{"bench", "load a running server and measure it", benchmark},
	{"version", "say what this binary is", version},
}

func main() {
	// A second signal finds the default handler again, and ends the process.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := run(ctx, stdio{os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp) && helpAsked(os.Args[1:]):
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "taut:", err)
		os.Exit(1)
	}
}

// helpAsked tells whether help is what was asked for, and no mistake.
func helpAsked(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "-help" || a == "--help" }) || len(args) > 0 && args[0] == "help"
}

// run picks the command that the arguments name.
func run(ctx context.Context, std stdio, args []string) error {
	if helpAsked(args) {
		std.err = std.out
	}
	if len(args) > 1 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	for _, c := range commands {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == c.name {
			return c.run(ctx, std, args[len(words):])
		}
	}
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-version") {
		return version(ctx, std, nil)
	}
	group, asked := asksFor(args)
	usage(std.err, group)
	if asked {
		return flag.ErrHelp
	}
	return fmt.Errorf("no such command: %s", strings.Join(args, " "))
}

// asksFor tells whether the arguments ask for help, and with which group of
// commands: "workspace" or "workspace --help"; "" is all of them.
func asksFor(args []string) (group string, asked bool) {
	words := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "help" || a == "-h" || a == "--help" })
	if len(words) == 1 && slices.ContainsFunc(commands, func(c command) bool { return strings.HasPrefix(c.name, words[0]+" ") }) {
		return words[0] + " ", len(words) < len(args)
	}
	return "", len(words) == 0
}

// usage lists the commands whose names begin so.
func usage(w io.Writer, group string) {
	fmt.Fprintln(w, "Usage: taut COMMAND [flags]; taut COMMAND --help explains the flags.")
	fmt.Fprintln(w)
	for _, c := range commands {
		if strings.HasPrefix(c.name, group) {
			fmt.Fprintf(w, "  %-18s %s\n", c.name, c.what)
		}
	}
}

// newFlags makes a command's flag set. A flag given twice: the last one wins.
func newFlags(std stdio, name string) *flag.FlagSet {
	flags := flag.NewFlagSet("taut "+name, flag.ContinueOnError)
	flags.SetOutput(std.err)
	return flags
}

// parse reads the flags; what is left over is a mistake.
func parse(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		// The flag package has said what is wrong, and how to use the command.
		return flag.ErrHelp
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%s: unexpected argument %q", ownName(flags), flags.Arg(0))
	}
	return nil
}

// ownName is the command's without the program's, which main prints.
func ownName(flags *flag.FlagSet) string { return strings.TrimPrefix(flags.Name(), "taut ") }

// need fails unless each named flag has a value.
func need(flags *flag.FlagSet, names ...string) error {
	for _, name := range names {
		if flags.Lookup(name).Value.String() == "" {
			return fmt.Errorf("%s: --%s is needed", ownName(flags), name)
		}
	}
	return nil
}
