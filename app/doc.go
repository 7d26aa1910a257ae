// Package app is the only place that builds things: it opens the store, makes
// the roles, hands each the others as the interfaces of chat/roles.go, and
// starts and stops them in order.
//
//	store ── committed events ──▶ router ──▶ channelserver ──▶ gateway ──▶ sockets
//	  ▲                             ▲                             │
//	  └──── webapi (HTTP, and what ─┘ whispers     auth, presence ┘
//	        the gateway asks: posts, memberships)
//
// New builds, Start begins to listen, Stop drains and closes what New and Start
// made, last first. Its goroutines are the two HTTP servers; each role owns its
// own.
package app
