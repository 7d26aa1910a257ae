package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"taut/chat"
	"taut/internal/wholefile"
)

// Door is how commands reach a running server: the file server.json in its
// data folder, there while it runs and readable by its user alone.
type Door struct {
	Ops    string `json:"ops"`    // address of the operator's listener
	Listen string `json:"listen"` // address of the clients' listener
	URL    string `json:"url"`    // for clients
	PID    int    `json:"pid"`
	Secret string `json:"secret"` // opens the listener's admin endpoints
}

const doorFile = "server.json"

// NewDoor makes a door with a fresh secret for a server that listens there.
func NewDoor(ops, listen net.Addr, url string) Door {
	return Door{
		Ops:    reachable(ops),
		Listen: reachable(listen),
		URL:    url,
		PID:    os.Getpid(),
		Secret: chat.NewSecret(64),
	}
}

// reachable is the address to dial for one that is listened on: every interface
// includes the loopback.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
}

// Write puts the door into the data folder, whole or not at all.
func (d Door) Write(data string) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", doorFile, err)
	}
	if err := wholefile.Write(filepath.Join(data, doorFile), append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the file that tells where the server is: %w", err)
	}
	return nil
}

// RemoveDoor takes it away.
func RemoveDoor(data string) error {
	if err := os.Remove(filepath.Join(data, doorFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the file that tells where the server is: %w", err)
	}
	return nil
}

// ReadDoor reads the door of a data folder; fs.ErrNotExist where no server runs
// (one that was killed leaves its door behind, which nobody answers).
func ReadDoor(data string) (Door, error) {
	text, err := os.ReadFile(filepath.Join(data, doorFile))
	if err != nil {
		return Door{}, err
	}
	var d Door
	if err := json.Unmarshal(text, &d); err != nil {
		return Door{}, fmt.Errorf("%s: %w", filepath.Join(data, doorFile), err)
	}
	return d, nil
}
