// Package cluster is a node's part in its cluster: it says that the node is there,
// hears who else is, follows the ring, and may be the one who makes it.
//
//	members/NODE               what a node says of itself, under its lease
//	rings/channelserver        the assignment of slots, epoch after epoch
//	drain/NODE                 an operator wants the node empty
//	leaders/ring               the node that makes the assignments
//
// Every node that has the role ring stands for the leader, the hash ring manager
// (CHARM). The leader gives the slots to the channel servers that are there, are not
// being drained and are not leaving. A member dies when its lease ends, or sooner:
// the manager knocks at the members' doors, and one whose address refuses
// connections has no process any more.
//
// A Node has goroutines for its lease, for each of the watches and, while it leads,
// for the managing; Close ends and awaits them.
package cluster
