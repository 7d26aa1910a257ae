package presence_test

import (
	"fmt"
	"testing"

	"taut/chat"
	"taut/presence"
)

// BenchmarkRenew is a gateway's bulk renewal of 10,000 devices.
func BenchmarkRenew(b *testing.B) {
	s := presence.New(presence.Options{})
	defer s.Close()
	link, err := s.Attach(b.Context(), "g1", &recorder{})
	if err != nil {
		b.Fatal(err)
	}
	devices := make([]chat.Device, 10_000)
	for i := range devices {
		devices[i] = chat.Device{Workspace: team, User: chat.UserID(fmt.Sprintf("U%010d", i)), Connection: fmt.Sprint("c", i)}
	}
	for b.Loop() {
		if err := link.Renew(b.Context(), devices); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(devices)), "ns/device")
}
