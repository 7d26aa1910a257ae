package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.etcd.io/etcd/client/pkg/v3/transport"
	"go.etcd.io/etcd/server/v3/embed"
)

const (
	// tickMS and electionMS: a dead leader is replaced within a second, and a lease
	// may be as short as one. They are for machines that are near each other.
	tickMS     = 50
	electionMS = 500
)

// EmbeddedOptions say which member of an etcd cluster this process is.
type EmbeddedOptions struct {
	Name         string
	Folder       string            // its data
	ClientListen string            // host:port, for those who use it
	Peers        map[string]string // name to host:port of all members, this one too
	// CA, Cert and Key are PEM files; "" is without TLS, for tests.
	CA, Cert, Key string
	Log           *slog.Logger
}

// Embedded is an etcd server in this process.
type Embedded struct {
	etcd *embed.Etcd
	once sync.Once
}

// StartEmbedded starts the member. It is of use once most of them are there: Ready
// waits for that.
func StartEmbedded(o EmbeddedOptions) (*Embedded, error) {
	c := embed.NewConfig()
	c.Name, c.Dir = o.Name, filepath.Join(o.Folder, "etcd")
	c.TickMs, c.ElectionMs = tickMS, electionMS
	c.AutoCompactionMode, c.AutoCompactionRetention = "periodic", "1h"
	c.ZapLoggerBuilder = embed.NewZapLoggerBuilder(newZap(o.Log.With("component", "etcd")))
	scheme := "http://"
	if o.Cert != "" {
		scheme = "https://"
		files := transport.TLSInfo{CertFile: o.Cert, KeyFile: o.Key, TrustedCAFile: o.CA, ClientCertAuth: true}
		c.ClientTLSInfo, c.PeerTLSInfo = files, files
	}
	peer, err := url.Parse(scheme + o.Peers[o.Name])
	if err != nil || o.Peers[o.Name] == "" {
		return nil, fmt.Errorf("etcd: %q is no address of the member %s", o.Peers[o.Name], o.Name)
	}
	client, err := url.Parse(scheme + o.ClientListen)
	if err != nil {
		return nil, fmt.Errorf("etcd: %q is no address", o.ClientListen)
	}
	c.ListenPeerUrls, c.AdvertisePeerUrls = []url.URL{bound(*peer)}, []url.URL{*peer}
	c.ListenClientUrls, c.AdvertiseClientUrls = []url.URL{bound(*client)}, []url.URL{*client}
	var members []string
	for name, at := range o.Peers {
		members = append(members, name+"="+scheme+at)
	}
	slices.Sort(members)
	c.InitialCluster = strings.Join(members, ",")
	etcd, err := embed.StartEtcd(c)
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	return &Embedded{etcd: etcd}, nil
}

// bound is where an address is listened on: of a name, which etcd takes not for that
// and which may be another machine's by tomorrow, on all of this one's.
func bound(u url.URL) url.URL {
	if net.ParseIP(u.Hostname()) == nil && u.Hostname() != "localhost" {
		u.Host = net.JoinHostPort("0.0.0.0", u.Port())
	}
	return u
}

// Ready waits until the member serves.
func (e *Embedded) Ready(ctx context.Context) error {
	select {
	case <-e.etcd.Server.ReadyNotify():
		return nil
	case err := <-e.etcd.Err():
		return fmt.Errorf("etcd: %w", err)
	case <-e.etcd.Server.StopNotify():
		return errors.New("etcd: it stopped")
	case <-ctx.Done():
		return fmt.Errorf("etcd: not enough of its members are there: %w", ctx.Err())
	}
}

// Leave stops the member of a process that is about to end, and hands on what it led.
// It doesn't wait for those who watch, as Close does in vain: they stay to the end of
// the process, and go on at another member.
func (e *Embedded) Leave() {
	e.once.Do(func() {
		for _, l := range e.etcd.Clients {
			l.Close()
		}
		e.etcd.Server.Stop()
	})
}

// Close stops the member.
func (e *Embedded) Close() { e.once.Do(e.etcd.Close) }
