package chat

import (
	"encoding/json"
	"sort"
	"testing"
	"testing/quick"
)

func TestTSText(t *testing.T) {
	ts := MakeTS(1_700_000_000_123, 45)
	if got, want := ts.String(), "1700000000.123045"; got != want {
		t.Fatalf("String() = %q, want %q", got, want)
	}
	back, err := ParseTS("1700000000.123045")
	if err != nil || back != ts {
		t.Fatalf("ParseTS = %d, %v; want %d", back, err, ts)
	}
	if got := TS(0).String(); got != "" {
		t.Fatalf("zero TS is %q, want empty", got)
	}
}

func TestParseTSRefuses(t *testing.T) {
	for _, text := range []string{
		"", ".", "1700000000", "1700000000.", "1700000000.12345", "1700000000.1234567", "-700000000.123456",
		"1700000000,123456", "17000000 0.123456", "1e9.123456", "999999999999.123456", ".123456",
	} {
		if ts, err := ParseTS(text); err == nil {
			t.Errorf("ParseTS(%q) = %d, want an error", text, ts)
		}
	}
}

// The clock may stand, jump back or race ahead: a stream's ts strictly
// increase, and never run ahead of the clock by more than they must.
func TestNextStrictlyIncreases(t *testing.T) {
	property := func(last uint32, clocks []int16) bool {
		ts, latest := TS(int64(last)*1000), int64(last)
		clock := int64(last)
		for i, step := range clocks {
			clock += int64(step)
			latest = max(latest, clock)
			next := ts.Next(clock)
			if next <= ts || next > MakeTS(latest, 0)+TS(i)+1 {
				return false
			}
			ts = next
		}
		return true
	}
	if err := quick.Check(property, nil); err != nil {
		t.Fatal(err)
	}
}

func TestSnowflakeAndTSAreFunctionsOfEachOther(t *testing.T) {
	stream := StreamID("C0123456789")
	property := func(ms uint32, sequence uint16) bool {
		ts := MakeTS(1_700_000_000_000+int64(ms), int(sequence%1000))
		next := ts.Next(ts.MS())
		return TSOfSnowflake(ts.SnowflakeID(stream)) == ts && next.SnowflakeID(stream) > ts.SnowflakeID(stream)
	}
	if err := quick.Check(property, nil); err != nil {
		t.Fatal(err)
	}
}

func TestTSSortsAsText(t *testing.T) {
	texts := []string{MakeTS(1_699_999_999_999, 999).String(), MakeTS(1_700_000_000_000, 0).String(), MakeTS(1_700_000_000_000, 1).String(), MakeTS(1_700_000_000_010, 0).String()}
	if !sort.StringsAreSorted(texts) {
		t.Fatalf("not sorted: %v", texts)
	}
}

func FuzzTSJSON(f *testing.F) {
	for _, seed := range []string{`"1700000000.123456"`, `"0"`, `""`, `null`, `1700000000.123456`, `"x"`, `"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var ts TS
		if json.Unmarshal(data, &ts) != nil {
			return
		}
		text, err := json.Marshal(ts)
		if err != nil {
			t.Fatal(err)
		}
		var back TS
		if err := json.Unmarshal(text, &back); err != nil || back != ts {
			t.Fatalf("%s became %s, read back as %d (%v)", data, text, back, err)
		}
	})
}
