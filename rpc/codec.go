package rpc

import "fmt"

// codec is gRPC's way to our messages.
type codec struct{}

func (codec) Name() string { return "taut" }

func (codec) Marshal(v any) ([]byte, error) {
	m, ok := v.(message)
	if !ok {
		return nil, fmt.Errorf("rpc: %T is no message", v)
	}
	return encode(m), nil
}

// Unmarshal is given memory of its own for each message.
func (codec) Unmarshal(data []byte, v any) error {
	m, ok := v.(message)
	if !ok {
		return fmt.Errorf("rpc: %T is no message", v)
	}
	return decode(data, m)
}
