package transfer

import (
	"testing"

	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
)

// BenchmarkImport brings an export of 10,000 messages into an empty store.
func BenchmarkImport(b *testing.B) {
	from := slackexport.Export{Seed: 5, Messages: 10_000, Channels: 40, Users: 100, Days: 100}.Write(b)
	messages := 0
	for b.Loop() {
		b.StopTimer()
		s := testenv.Open(b)
		b.StartTimer()
		messages += importInto(b, s, from, "acme").Messages
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
}
