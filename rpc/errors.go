package rpc

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"taut/chat"
)

// coded is the status by which an error with a code travels: its text is the code
// and what it is about.
const coded = codes.Aborted

// toStatus is an error as a call's answer. What has no code stays here.
func toStatus(err error) error {
	if err == nil {
		return nil
	}
	f := failureOf(err)
	return status.Error(coded, string(f.Code)+" "+f.What)
}

// fromStatus is what a caller gets: the error with its code, or Unavailable, with
// what gRPC said, where the node could not be asked.
func fromStatus(node string, err error) error {
	if err == nil {
		return nil
	}
	s, ok := status.FromError(err)
	if ok && s.Code() == coded {
		code, what, _ := strings.Cut(s.Message(), " ")
		return chat.NewError(chat.Code(code), what)
	}
	if !ok {
		s = status.New(codes.Unknown, err.Error())
	}
	return unavailable(node, noAnswer(s.Message()))
}

// noAnswer says why a node said nothing to a call.
type noAnswer string

func (n noAnswer) Error() string { return string(n) }

// unreached tells whether the node did not answer.
func unreached(err error) bool {
	_, ok := errors.AsType[noAnswer](err)
	return ok
}

func unavailable(node string, why error) error {
	return fmt.Errorf("node %s: %w: %w", node, chat.NewError(chat.Unavailable, "node"), why)
}
