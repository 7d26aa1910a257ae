package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"taut/chat"
)

// Kind says what a record tells.
type Kind string

const (
	// What a client did and was told. A client is one device: it keeps its
	// cursors over its connections.
	Send          Kind = "send"          // it sent a message under Key
	Ack           Kind = "ack"           // it was told that its send is Seq, TS of Stream
	Refused       Kind = "refused"       // it was told that its send will not be: Reason
	Connect       Kind = "connect"       // its socket got hello, with Incarnation; Fresh: it holds no cursor
	Disconnect    Kind = "disconnect"    // its socket ended
	Resume        Kind = "resume"        // it asked for Stream after its cursor Seq
	Joined        Kind = "joined"        // it learned that it belongs to Stream, whose events it wants after Seq
	See           Kind = "see"           // it showed the event: after dropping what it had
	Skip          Kind = "skip"          // it was told that Seq exists and isn't shown to it
	Resumed       Kind = "resumed"       // it was told that it has all up to Seq (also: current)
	Discontinuity Kind = "discontinuity" // it was told to go on after Seq and to fetch what lies before
	Gone          Kind = "gone"          // it was told that Stream is not its to read
	Fetched       Kind = "fetched"       // it fetched Stream's history, all of it, and found the messages Found
	Pause         Kind = "pause"         // it takes nothing until Go; Client "": the servers are hindered
	Go            Kind = "go"

	// The truth, told by the log after the run, for each incarnation that there was.
	Event    Kind = "event"    // an event of the log
	Head     Kind = "head"     // Stream's head is Seq, it is trimmed up to Trimmed
	Interval Kind = "interval" // User belongs to Stream from Seq to Left (0: still)

	End Kind = "end" // of the run
)

// Record is one line of a history. Which fields count depends on the kind.
type Record struct {
	Kind        Kind          `json:"kind"`
	AtMS        int64         `json:"at"`
	Incarnation string        `json:"incarnation,omitempty"`
	Client      string        `json:"client,omitempty"`
	User        chat.UserID   `json:"user,omitempty"`
	Stream      chat.StreamID `json:"stream,omitempty"`
	Seq         int64         `json:"seq,omitempty"`
	TS          chat.TS       `json:"ts,omitzero"`
	Type        string        `json:"type,omitempty"`
	Subtype     string        `json:"subtype,omitempty"`
	Text        string        `json:"text,omitempty"`
	Key         string        `json:"key,omitempty"`
	Reason      string        `json:"reason,omitempty"`
	Fresh       bool          `json:"fresh,omitempty"`
	Socket      bool          `json:"socket,omitempty"` // of an ack: sent over the socket, so it is not echoed there
	Again       bool          `json:"again,omitempty"`  // of a refusal: an earlier attempt had no answer
	CommittedMS int64         `json:"committed,omitempty"`
	Trimmed     int64         `json:"trimmed,omitempty"`
	Left        int64         `json:"left,omitempty"`
	DeletedTS   chat.TS       `json:"deleted_ts,omitzero"` // of the event that says that a message was deleted
	Found       []chat.TS     `json:"found,omitempty"`
	Reply       bool          `json:"reply,omitempty"`  // a reply that only its thread shows
	Copies      []Copy        `json:"copies,omitempty"` // of messages, in the event
}

// Copy is what an event holds of a message beside its own: the message that was
// edited or answered, its version before, a reply's root.
type Copy struct {
	Of   string  `json:"of"` // the keys that lead there: message, previous_message, root, message.root
	TS   chat.TS `json:"ts,omitzero"`
	Text string  `json:"text,omitempty"`
}

// Recorder collects the records of a run.
type Recorder struct {
	mu          sync.Mutex
	incarnation string
	records     []Record
}

// Incarnation sets what records without one of their own get from now on.
func (r *Recorder) Incarnation(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.incarnation = id
}

// Add takes a record, and the time where it has none.
func (r *Recorder) Add(rec Record) {
	if rec.AtMS == 0 {
		rec.AtMS = chat.Now().UnixMilli()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec.Incarnation == "" {
		rec.Incarnation = r.incarnation
	}
	r.records = append(r.records, rec)
}

// Records is what was added so far.
func (r *Recorder) Records() []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.records[:len(r.records):len(r.records)]
}

// FromLog describes an event of the log, or one that a client saw.
func FromLog(kind Kind, e chat.Event) Record {
	var m struct {
		chat.Message
		DeletedTS chat.TS       `json:"deleted_ts"`
		Changed   *chat.Message `json:"message"`
		Previous  *chat.Message `json:"previous_message"`
	}
	if e.Type == chat.TypeMessage {
		// What is no message has no text to compare.
		_ = json.Unmarshal(e.Payload, &m)
	}
	r := Record{
		Kind: kind, User: e.User, Stream: e.Stream.ID, Seq: e.Seq, TS: e.TS, Type: e.Type, CommittedMS: e.CommittedMS,
		Subtype: m.Subtype, Text: m.Text, Key: m.ClientMsgID, DeletedTS: m.DeletedTS,
		Reply: m.ThreadTS != 0 && m.ThreadTS != m.TS && m.Subtype != chat.SubtypeThreadBroadcast,
	}
	r.copy("message", m.Changed)
	r.copy("previous_message", m.Previous)
	r.copy("root", m.Root)
	return r
}

func (r *Record) copy(of string, m *chat.Message) {
	if m != nil {
		r.Copies = append(r.Copies, Copy{of, m.TS, m.Text})
		r.copy(of+".root", m.Root)
	}
}

// Write writes records as JSON lines.
func Write(w io.Writer, records []Record) error {
	buffered := bufio.NewWriter(w)
	encoder := json.NewEncoder(buffered)
	for _, rec := range records {
		if err := encoder.Encode(rec); err != nil {
			return fmt.Errorf("write history: %w", err)
		}
	}
	return buffered.Flush()
}

// Read reads what Write wrote. Several files may follow each other: the order
// counts only within a client.
func Read(r io.Reader) ([]Record, error) {
	decoder := json.NewDecoder(r)
	var records []Record
	for {
		var rec Record
		if err := decoder.Decode(&rec); err == io.EOF {
			return records, nil
		} else if err != nil {
			return nil, fmt.Errorf("read history: record %d: %w", len(records)+1, err)
		}
		records = append(records, rec)
	}
}
