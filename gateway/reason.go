package gateway

import "taut/wire"

// reason is why a socket ended: a label of metrics, and what decides the close
// code.
type reason byte

const (
	_           reason = iota
	left               // the client closed it
	gone               // the connection broke
	idled              // nothing was heard for too long
	slow               // it took nothing for too long
	drained            // the gateway goes away
	unavailable        // a position or the log was not to be had
	changed            // the caller's role changed
	deactivated        // the caller may not connect any more
	revoked            // the caller's token ended
	tooMany            // sockets of one user
	refusedAuth        // bad ticket or token
	tooBig             // a frame
	notText            // a binary frame
	notUTF8            // a text frame that is none
	malformed          // what is not WebSocket
	tooFast            // more frames than are taken
	reasons
)

var reasonNames = [reasons]string{
	left: "left", gone: "gone", idled: "idle", slow: "slow", drained: "draining",
	unavailable: "unavailable", changed: "changed", deactivated: "inactive", revoked: "token revoked",
	tooMany: "too many", refusedAuth: "unauthenticated", tooBig: "too big",
	notText: "not text", notUTF8: "not UTF-8", malformed: "protocol error",
	tooFast: "too fast",
}

func (r reason) String() string { return reasonNames[r] }

func (r reason) code() wire.CloseCode {
	switch r {
	case idled:
		return wire.CloseIdle
	case slow:
		return wire.CloseSlow
	case drained:
		return wire.CloseDraining
	case unavailable:
		return wire.CloseUnavailable
	case changed:
		return wire.CloseChanged
	case deactivated:
		return wire.CloseInactive
	case tooMany:
		return wire.CloseTooMany
	case refusedAuth, revoked:
		return wire.CloseUnauthenticated
	case tooBig:
		return wire.CloseTooBig
	case notText:
		return wire.CloseUnsupported
	case notUTF8:
		return wire.CloseNotUTF8
	case malformed:
		return wire.CloseProtocol
	case tooFast:
		return wire.CloseTooFast
	}
	return wire.CloseNormal
}
