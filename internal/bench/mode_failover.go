//go:build linux

package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func failoverSetting(l *load) string {
	return fmt.Sprintf("a gateway with %d clients is killed, all go to %d others with cursors, %d messages of one channel missed by each",
		l.Clients, len(l.Others), missedMessages)
}

// measureFailover kills the gateway that all clients are at, and takes the time until
// the last of them has all it missed from another one.
func measureFailover(ctx context.Context, l *load) ([]Measure, error) {
	if len(l.Others) == 0 || len(l.OthersOps) == 0 || l.PID == 0 || l.run > 0 {
		return nil, errors.New("failover wants other servers with their operators' listeners and the process to kill, and runs once")
	}
	var hosts []string
	for _, text := range l.Others {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" {
			return nil, fmt.Errorf("other server %q: want http://IPv4:PORT", text)
		}
		hosts = append(hosts, u.Host)
	}
	l.api, l.rush = hosts[0], true
	l.people.keepRooms(1)
	users := l.everyone()
	users = users[:min(l.Clients, len(users))]
	r, there, err := l.gather(users)
	if err != nil {
		return nil, err
	}
	led := newLedger(l.runName(), l.people, func(u int32) bool { _, ok := r.cursors[u]; return ok })
	atRest, err := l.queriesAtRest(ctx, there)
	if err != nil {
		return nil, err
	}
	before, err := l.queries(ctx)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := syscall.Kill(l.PID, syscall.SIGKILL); err != nil {
		return nil, fmt.Errorf("kill: %w", err)
	}
	there.close()
	if err := l.postMissed(led); err != nil {
		return nil, err
	}
	back, err := l.comeBack(users, r, led, start, hosts...)
	if err != nil {
		return nil, err
	}
	after, err := l.queries(ctx)
	if err != nil {
		return nil, err
	}
	made := after - before - atRest*time.Since(start).Seconds()
	return append([]Measure{
		{Name: "all caught up", Unit: "s", Value: back.caughtUp.Seconds(), Bar: 5, AtMost: true},
		{Name: "all connected", Unit: "s", Value: back.connected.Seconds()},
		{Name: "database queries per 1,000 clients", Value: made / float64(len(users)) * 1000, Bar: 10, AtMost: true},
		{Name: "database queries without them", Unit: "/s", Value: atRest},
	}, led.faults()...), nil
}

// restTime is how long the nodes are looked at while nothing happens.
const restTime = 4 * time.Second

// queriesAtRest is how many reads a second the nodes that stay make anyway.
func (l *load) queriesAtRest(ctx context.Context, sockets *poll) (perSecond float64, err error) {
	before, err := l.queries(ctx)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	sockets.rest(restTime)
	after, err := l.queries(ctx)
	return (after - before) / time.Since(start).Seconds(), err
}

// queries is how many reads of the database the nodes that stay have made.
func (l *load) queries(ctx context.Context) (sum float64, err error) {
	for _, ops := range l.OthersOps {
		n, err := counter(ctx, strings.TrimSuffix(ops, "/")+"/metrics", "store_queries_total")
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// counter reads one metric of a page.
func counter(ctx context.Context, page, name string) (value float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", page, response.Status)
	}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	if err := lines.Err(); err != nil {
		return 0, err
	}
	return 0, fmt.Errorf("%s has no %s", page, name)
}
