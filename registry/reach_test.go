package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"taut/internal/testenv/loopback"
)

// Who can't ask etcd says why: nobody is there, or it is another cluster's.
func TestWhyEtcdCannotBeAsked(t *testing.T) {
	foreign := httptest.NewTLSServer(nil)
	defer foreign.Close()
	for _, tt := range []struct {
		at, says string
		tls      *tls.Config
	}{
		{loopback.FreeFor(t), "connection refused", nil},
		{foreign.Listener.Addr().String(), "signed by unknown authority", &tls.Config{RootCAs: x509.NewCertPool()}},
	} {
		e, err := OpenEtcd(EtcdOptions{Endpoints: []string{"https://" + tt.at}, Prefix: "x", TLS: tt.tls, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		for what, ask := range map[string]func(context.Context) error{
			"a lease": func(ctx context.Context) error { _, err := e.Lease(ctx, testTTL, nil); return err },
			"a list":  func(ctx context.Context) error { _, err := e.List(ctx, "members/"); return err },
		} {
			within, cancel := context.WithTimeout(t.Context(), time.Second)
			err := ask(within)
			cancel()
			if err == nil || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), tt.at) {
				t.Errorf("%s: %v, want a word of %q at %s", what, err, tt.says, tt.at)
			}
		}
		e.Close()
	}
}
