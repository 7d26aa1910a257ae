package chat

import (
	"fmt"
	"hash/fnv"
	"strconv"
)

// TS is an event's id within its stream, as a count of microseconds since 1970:
// milliseconds·1000 + a sequence below 1,000. Clients see it as
// "seconds.micros" with six digits; it is Slack's ts, and sorts as text too.
// Zero means none.
type TS int64

// MakeTS builds the ts of the sequence-th event (below 1,000) in a millisecond.
func MakeTS(ms int64, sequence int) TS { return TS(ms*1000 + int64(sequence)) }

// Next gives the ts that a stream whose last ts is t assigns at the time ms:
// the clock where it moved on, one more where it did not, so that a stream's
// ts strictly increase even when the clock jumps back.
func (t TS) Next(ms int64) TS {
	if now := MakeTS(ms, 0); now > t {
		return now
	}
	return t + 1
}

// MS is the millisecond part.
func (t TS) MS() int64 { return int64(t) / 1000 }

// String writes "1700000000.000123"; the zero TS is "".
func (t TS) String() string {
	if t == 0 {
		return ""
	}
	return string(t.append(make([]byte, 0, 20)))
}

func (t TS) append(b []byte) []byte {
	b = strconv.AppendInt(b, int64(t)/1_000_000, 10)
	micros := int64(t) % 1_000_000
	b = append(b, '.')
	for div := int64(100_000); div > 0; div /= 10 {
		b = append(b, byte('0'+micros/div%10))
	}
	return b
}

// MarshalJSON writes the quoted text.
func (t TS) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte(`""`), nil
	}
	return append(t.append(append(make([]byte, 0, 22), '"')), '"'), nil
}

// UnmarshalJSON reads the quoted text; "", "0" and null are the zero TS.
func (t *TS) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = 0
		return nil
	}
	text, err := strconv.Unquote(string(b))
	if err != nil {
		return fmt.Errorf("ts %s is not a string", b)
	}
	if text == "" || text == "0" {
		*t = 0
		return nil
	}
	*t, err = ParseTS(text)
	return err
}

// ParseTS reads "seconds.micros" with exactly six digits of micros, as Slack
// writes it: another number of digits would name another message.
func ParseTS(s string) (TS, error) {
	// 1 to 11 digits of seconds: up to the year 5138, far below an overflow.
	if len(s) < 8 || len(s) > 18 || s[len(s)-7] != '.' {
		return 0, fmt.Errorf("ts %q is not seconds.micros", s)
	}
	var v int64
	for i, c := range []byte(s) {
		if i == len(s)-7 {
			continue
		}
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("ts %q is not seconds.micros", s)
		}
		v = v*10 + int64(c-'0')
	}
	return TS(v), nil
}

// snowflakeEpochMS is 2013-01-01T00:00:00Z.
const snowflakeEpochMS = 1_356_998_400_000

// SnowflakeID is a message's id as one number: 41 bits of milliseconds since
// 2013, 10 bits of worker, 12 bits of sequence. Within a stream it and the ts
// are each a pure function of the other, as the worker is the stream's hash.
func (t TS) SnowflakeID(s StreamID) int64 {
	return (t.MS()-snowflakeEpochMS)<<22 | worker(s)<<12 | int64(t)%1000
}

// TSOfSnowflake is the inverse of SnowflakeID.
func TSOfSnowflake(id int64) TS {
	return MakeTS(id>>22+snowflakeEpochMS, int(id&0xfff))
}

func worker(s StreamID) int64 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return int64(h.Sum32() % 1024)
}
