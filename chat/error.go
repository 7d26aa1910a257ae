package chat

import (
	"errors"
	"fmt"
)

// Code is the kind of an error that crosses roles. There are about a dozen;
// Slack's error names live in webapi's table.
type Code string

const (
	NotFound        Code = "not_found"        // it does not exist, or not for this caller
	Exists          Code = "exists"           // a name, handle or member that is already there
	NotMember       Code = "not_member"       // the caller is not in the channel
	Archived        Code = "archived"         // the channel takes no more events
	Forbidden       Code = "forbidden"        // the caller may not
	Invalid         Code = "invalid"          // the request cannot be meant
	Unauthenticated Code = "unauthenticated"  // no or a wrong token
	Inactive        Code = "account_inactive" // a token of a deactivated user
	Limited         Code = "limited"          // too much; try again later
	Moved           Code = "moved"            // another channel server owns it; the ring says which
	Unavailable     Code = "unavailable"      // not now; the same request may be sent again under its key
	Internal        Code = "internal"         // a fault of ours; the detail is logged, never sent
)

// Error is an error with a code that a caller can act on. What names the thing
// that the code is about where one call can fail over several: "user", "name".
type Error struct {
	Code Code
	What string
}

func (e *Error) Error() string {
	if e.What == "" {
		return string(e.Code)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.What)
}

// NewError makes an *Error; what may be "".
func NewError(code Code, what string) error { return &Error{code, what} }

// CodeOf is the code of the first *Error in err's chain; Internal for any other
// error, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}
