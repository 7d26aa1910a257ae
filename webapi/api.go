package webapi

import (
	"context"
	"encoding/json"
)

func (s *Server) apiMethods() []method {
	return []method{{name: "api.test", open: true, handle: s.apiTest}}
}

type apiTestAnswer struct {
	reply
	Args map[string]any `json:"args,omitempty"`
}

// apiTest gives the arguments back, and fails as it is told to.
func (s *Server) apiTest(_ context.Context, q *request) (answer, error) {
	a := &apiTestAnswer{Args: make(map[string]any, len(q.args.values))}
	for name, v := range q.args.values {
		switch {
		case name == "token": // a secret is not sent back
		case v.raw != nil:
			a.Args[name] = json.RawMessage(v.raw)
		default:
			a.Args[name] = v.text
		}
	}
	if name := q.args.text("error"); name != "" {
		return nil, &apiError{name: name, answer: a, asked: true}
	}
	return a, nil
}
