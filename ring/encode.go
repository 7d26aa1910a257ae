package ring

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
)

// encoded is an assignment's JSON. Owners has two bytes for each slot, an index
// into Members, the lower byte first.
type encoded struct {
	Epoch   int64    `json:"epoch"`
	Members []string `json:"members"`
	Owners  []byte   `json:"owners,omitempty"`
}

// MarshalJSON is how an assignment is published.
func (a *Assignment) MarshalJSON() ([]byte, error) {
	e := encoded{Epoch: a.epoch, Members: a.members}
	if len(a.members) > 0 {
		for _, o := range a.owner {
			e.Owners = binary.LittleEndian.AppendUint16(e.Owners, o)
		}
	}
	return json.Marshal(e)
}

var errMalformed = errors.New("not an assignment of slots")

// UnmarshalJSON reads what MarshalJSON wrote, and nothing else. It is for a new
// Assignment: one that is shared never changes.
func (a *Assignment) UnmarshalJSON(text []byte) error {
	var e encoded
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	n := Assignment{epoch: e.Epoch, members: e.Members}
	if e.Epoch < 0 || !slices.Equal(normal(e.Members), e.Members) && len(e.Members) > 0 {
		return errMalformed
	}
	if want := 2 * Slots * min(1, len(e.Members)); len(e.Owners) != want {
		return errMalformed
	}
	for s := range len(e.Owners) / 2 {
		n.owner[s] = binary.LittleEndian.Uint16(e.Owners[2*s:])
		if int(n.owner[s]) >= len(e.Members) {
			return errMalformed
		}
	}
	*a = n
	return nil
}
