package gateway_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// A transcript is lines: "! act" makes something happen in the world, "> c JSON"
// is what client c sends, "< c JSON" what it gets, "< c closed CODE" its end.
// Before each line but the last kinds all is quiet. $NAME stands for a channel's
// id, @NAME for a user's.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("transcripts: %v %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			bubble(t, nil, func(r *rig) { got = replay(r, string(want)) })
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("%s differs (rewrite with -update); got:\n%s", file, got)
			}
		})
	}
}

// replay does what the transcript says and writes it anew with what came.
func replay(r *rig, text string) string {
	p := &play{rig: r, clients: map[string]*client{}, told: map[string]func(){}, shown: map[string]bool{}}
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if kind == "<" {
			continue
		}
		p.out.WriteString(line)
		switch kind {
		case "!":
			p.act(strings.Fields(rest))
		case ">":
			name, frame, _ := strings.Cut(rest, " ")
			p.clients[name].send("%s", p.expand(frame))
		default:
			continue
		}
		p.collect()
	}
	return p.out.String()
}

type play struct {
	*rig
	out     strings.Builder
	clients map[string]*client
	names   []string // of clients, in order
	told    map[string]func()
	shown   map[string]bool // closed clients
}

func (p *play) collect() {
	synctest.Wait()
	for _, name := range p.names {
		c := p.clients[name]
		for _, f := range c.take() {
			fmt.Fprintf(&p.out, "< %s %s\n", name, contract(f))
		}
		if code, ended := c.closed(); ended && !p.shown[name] {
			p.shown[name] = true
			fmt.Fprintf(&p.out, "< %s closed %d\n", name, code)
		}
	}
}

var (
	channelRef = regexp.MustCompile(`\$([a-z]+)`)
	userRef    = regexp.MustCompile(`@([a-z]+)`)
	rawID      = regexp.MustCompile(`([CU])0+([A-Z]+)`)
)

func (p *play) expand(s string) string {
	s = channelRef.ReplaceAllStringFunc(s, func(m string) string { return string(channelID(m[1:])) })
	return userRef.ReplaceAllStringFunc(s, func(m string) string { return string(userID(m[1:])) })
}

func contract(s string) string {
	return rawID.ReplaceAllStringFunc(s, func(m string) string {
		name := strings.ToLower(strings.TrimLeft(m[1:], "0"))
		if m[0] == 'C' {
			return "$" + name
		}
		return "@" + name
	})
}

func (p *play) act(f []string) {
	w := p.world
	switch f[0] {
	case "user": // NAME ROLE
		w.addUser(f[1], chat.Role(f[2]))
	case "connect": // CLIENT USER [QUERY]
		path := "/websocket/" + f[2]
		if len(f) > 3 {
			path += "?" + f[3]
		}
		c := p.handshake(path)
		go c.readAll()
		if p.clients[f[1]] == nil {
			p.names = append(p.names, f[1])
		}
		p.clients[f[1]] = c
		delete(p.shown, f[1])
	case "hangup": // CLIENT
		p.clients[f[1]].close()
	case "join": // CHANNEL USER [late]
		p.told["join"+f[1]+f[2]] = w.join(f[1], f[2], len(f) > 3)
	case "leave":
		p.told["leave"+f[1]+f[2]] = w.leave(f[1], f[2], len(f) > 3)
	case "tell": // join|leave CHANNEL USER: the user's stream hears of it now
		p.told[strings.Join(f[1:], "")]()
	case "post": // CHANNEL USER TEXT…
		w.post(f[1], f[2], strings.Join(f[3:], " "))
	case "many": // CHANNEL USER N
		n, _ := strconv.Atoi(f[3])
		for i := range n {
			w.post(f[1], f[2], strconv.Itoa(i))
		}
	case "event": // STREAM TYPE KEY=VALUE…
		payload := map[string]any{"type": f[2]}
		for _, kv := range f[3:] {
			k, v, _ := strings.Cut(kv, "=")
			payload[k] = p.expand(v)
		}
		id := chat.StreamID(p.expand(f[1]))
		if f[1] == "team" {
			id = chat.StreamID(team)
		}
		w.event(id, payload)
	case "trim": // CHANNEL SEQ
		w.mu.Lock()
		seq, _ := strconv.ParseInt(f[2], 10, 64)
		w.trimmed[streamOf(channelID(f[1]))] = seq
		w.mu.Unlock()
	case "lose":
		w.mu.Lock()
		w.lose++
		w.mu.Unlock()
	case "beat":
		w.beat()
	case "wait":
		d, err := time.ParseDuration(f[1])
		if err != nil {
			p.t.Fatal(err)
		}
		time.Sleep(d)
	case "drain":
		go p.gateway.Drain(p.t.Context())
	default:
		p.t.Fatalf("unknown act %q", f)
	}
}
