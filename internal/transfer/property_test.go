package transfer

import (
	"testing"

	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
)

// Whatever the export, it comes out as it went in: twice the same, and the same
// again from a second server.
func TestAnyExport(t *testing.T) {
	for seed := range uint64(6) {
		from := slackexport.Export{
			Seed: seed, Messages: int(20 + 40*(seed%5)), Channels: int(1 + seed%4), Users: int(4 + seed%9), Days: int(1 + seed%3*20), Files: seed%2 == 0, Plain: seed%3 == 0,
			Team: []string{"", "T00000001", "T0123456789"}[seed%3],
		}.Write(t)
		first, second := testenv.Open(t), testenv.Open(t)
		importInto(t, first, from, "acme")
		exported := exportFrom(t, first, "acme")
		importInto(t, second, exported, "acme")
		wantSame(t, contents(t, exportFrom(t, second, "acme")), contents(t, exported))
		wantAllRead(t, first, "acme")
		wantAllRead(t, second, "acme")
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
