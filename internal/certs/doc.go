// Package certs is the identity of a cluster's nodes: certificates of an authority
// that the cluster has for itself.
//
// MakeAuthority and MakeNode write them (taut cert), Load reads those of a node.
// What a certificate says is in its URI: taut://CLUSTER/NODE. A node takes another
// one for what it says it is if the cluster's own authority signed that; where it
// listens doesn't matter, so that addresses may change. The names of hosts are in it
// too, for etcd, which looks at those.
//
// The package has no goroutine. Keys are written for their owner's eyes only.
package certs
