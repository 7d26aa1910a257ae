package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"taut/registry"
)

// heatEvery is how often a channel server says how hot it is, if that has changed.
const heatEvery = 5 * time.Second

// tellHeat writes it until ctx ends. It goes with the lease.
func (n *Node) tellHeat(ctx context.Context, lease registry.Lease) {
	tick := time.NewTicker(heatEvery)
	defer tick.Stop()
	var told []byte
	for {
		text, err := json.Marshal(n.options.Heat())
		if err == nil && !bytes.Equal(text, told) {
			err = lease.Put(ctx, heatPrefix+n.options.Name, text)
		}
		if err == nil {
			told = text
		} else if ctx.Err() == nil {
			n.log.Debug("the heat is not told", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
