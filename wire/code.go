package wire

// CloseCode is a WebSocket close code. Its range tells the client what to do.
type CloseCode uint16

const (
	CloseNormal      CloseCode = 1000
	CloseProtocol    CloseCode = 1002
	CloseUnsupported CloseCode = 1003
	CloseNotUTF8     CloseCode = 1007
	CloseTooBig      CloseCode = 1009

	CloseDraining    CloseCode = 4000
	CloseIdle        CloseCode = 4001
	CloseSlow        CloseCode = 4002
	CloseUnavailable CloseCode = 4003
	CloseChanged     CloseCode = 4004
	CloseTooFast     CloseCode = 4005

	CloseUnauthenticated CloseCode = 4500
	CloseInactive        CloseCode = 4501
	CloseTooMany         CloseCode = 4502
)

// ErrorCode is the number in a refusal or an error frame.
type ErrorCode int

const (
	ErrTooFast         ErrorCode = -1
	ErrUnauthenticated ErrorCode = 1
	ErrNoText          ErrorCode = 2
	ErrMalformed       ErrorCode = 3
	ErrNotFound        ErrorCode = 4
	ErrUnavailable     ErrorCode = 5
	ErrUnknownType     ErrorCode = 6
)

// Error is what a refusal or an error frame says.
type Error struct {
	Code ErrorCode `json:"code"`
	Msg  string    `json:"msg"`
}

func (e *Error) Error() string { return e.Msg }

// The messages that clients know by their text.
const (
	MsgExpired = "Socket URL has expired"
	MsgNoText  = "message text is missing"
	MsgTooFast = "slow down, too many messages..."
)

// Reason is why a stream could not be resumed.
type Reason string

const (
	ReasonIncarnation Reason = "incarnation"
	ReasonAhead       Reason = "ahead"
	ReasonTrimmed     Reason = "trimmed"
	ReasonLimit       Reason = "limit"
)

// The protocol's limits.
const (
	MaxClientFrame  = 64 << 10 // bytes of one client message
	MaxResumeStream = 500      // events that a resume brings of one stream
	MaxResume       = 5000     // events that the open resume frames bring together
	MaxPresence     = 500      // ids of a presence frame, and so users that a socket watches
	MaxPing         = 4 << 10  // bytes of a ping, as all of it comes back
)
