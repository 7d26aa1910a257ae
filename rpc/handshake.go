package rpc

import (
	"context"
	"fmt"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"taut/internal/certs"
)

// The protocols that this binary speaks. A release may add one and drop the oldest
// that no release before the last one needs, so that two adjacent ones work together.
// Fields at the end of an object and new items need no new one: who doesn't know them
// skips them, and who misses them goes on without.
const (
	oldestProtocol = 1
	newestProtocol = 1
)

// What each call says of its node.
const (
	keyCluster = "taut-cluster"
	keyNode    = "taut-node"
	keyOldest  = "taut-protocol-from"
	keyNewest  = "taut-protocol-to"
	keyGateway = "taut-gateway"
)

// introduce says who calls.
func introduce(ctx context.Context, i *certs.Identity) context.Context {
	return metadata.AppendToOutgoingContext(ctx, keyCluster, i.Cluster, keyNode, i.Node,
		keyOldest, strconv.Itoa(oldestProtocol), keyNewest, strconv.Itoa(newestProtocol))
}

// admit refuses whom there is no use in talking to.
func admit(ctx context.Context, i *certs.Identity) error {
	m, _ := metadata.FromIncomingContext(ctx)
	if cluster := first(m, keyCluster); cluster != i.Cluster {
		return status.Errorf(codes.FailedPrecondition, "this is the cluster %q, not %q", i.Cluster, cluster)
	}
	oldest, err1 := strconv.Atoi(first(m, keyOldest))
	newest, err2 := strconv.Atoi(first(m, keyNewest))
	if err1 != nil || err2 != nil || newest < oldestProtocol || oldest > newestProtocol {
		return status.Error(codes.FailedPrecondition, fmt.Sprintf(
			"node %s speaks the protocols %d to %d, node %s %s to %s: only adjacent releases work together",
			i.Node, oldestProtocol, newestProtocol, first(m, keyNode), first(m, keyOldest), first(m, keyNewest)))
	}
	return nil
}

// attaching is the gateway that asks for a link: the node that its certificate names,
// and no other, as a link takes the place of an older one of the same name.
func attaching(ctx context.Context) (string, error) {
	m, _ := metadata.FromIncomingContext(ctx)
	gateway := first(m, keyGateway)
	if gateway == "" {
		return "", status.Error(codes.InvalidArgument, "a gateway has a name")
	}
	var secured credentials.TLSInfo
	if p, ok := peer.FromContext(ctx); ok {
		secured, _ = p.AuthInfo.(credentials.TLSInfo)
	}
	node, err := certs.Peer(secured.State)
	if err != nil {
		return "", status.Error(codes.Unauthenticated, err.Error())
	}
	if node != gateway {
		return "", status.Errorf(codes.PermissionDenied, "the certificate is of the node %s, not of %s", node, gateway)
	}
	return gateway, nil
}

func first(m metadata.MD, key string) string {
	if values := m.Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}
