package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"taut/chat"
)

// maxBody bounds a request's and an answer's body.
const maxBody = 64 << 10

// Serve puts the admin endpoints on the operator's mux. Each wants a proof that
// the client knows the door's secret, and answers JSON.
func Serve(mux *http.ServeMux, a Admin, secret string, log *slog.Logger) {
	h := handlers{secret: secret, nonces: newNonces(), log: log.With("component", "admin")}
	mux.HandleFunc("GET /admin/", h.knock)
	mux.HandleFunc("POST /admin/workspaces", serve(h, "workspace created", a.CreateWorkspace))
	mux.HandleFunc("POST /admin/users", serve(h, "user added", a.AddUser))
	mux.HandleFunc("POST /admin/bots", serve(h, "bot added", a.AddBot))
	mux.HandleFunc("POST /admin/webhooks", serve(h, "webhook added", a.AddWebhook))
	mux.HandleFunc("POST /admin/users/list", serve(h, "users listed", a.People))
	mux.HandleFunc("POST /admin/users/active", serve(h, "user activated or deactivated", a.SetActive))
	mux.HandleFunc("POST /admin/users/token", serve(h, "token made", a.MakeToken))
	mux.HandleFunc("POST /admin/users/revoke", serve(h, "tokens revoked", a.Revoke))
	mux.HandleFunc("POST /admin/users/password", serve(h, "password reset", a.ResetPassword))
	mux.HandleFunc("POST /admin/users/links", serve(h, "password links made", a.MakeLinks))
	mux.HandleFunc("POST /admin/codes", serve(h, "setup code made", a.MakeSetupCode))
	mux.HandleFunc("POST /admin/export", unhurried(serve(h, "workspace exported", a.Export)))
	mux.HandleFunc("POST /admin/import", unhurried(serve(h, "export imported", a.Import)))
}

type handlers struct {
	secret string
	nonces *nonces
	log    *slog.Logger
}

// knock proves that this is the server of its door, and gives out a nonce for
// one request.
func (h handlers) knock(w http.ResponseWriter, r *http.Request) {
	ours := h.nonces.issue(time.Now())
	h.write(w, http.StatusOK, challenge{ours, serverProof(h.secret, r.URL.Query().Get("nonce"), ours)})
}

// enter reads the body of a request whose sender knows the secret.
func (h handlers) enter(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	nonce, proof, ok := authorization(r)
	if !ok || !h.nonces.redeem(nonce, time.Now()) {
		return nil, errNoProof
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, chat.NewError(chat.Invalid, "body"))
	}
	if !same(proof, clientProof(h.secret, nonce, r.Method, r.URL.Path, body)) {
		return nil, errNoProof
	}
	return body, nil
}

var errNoProof = chat.NewError(chat.Unauthenticated, "secret")

// failure is the body of an answer that is no success.
type failure struct {
	Code    chat.Code `json:"code"`
	What    string    `json:"what"`
	Message string    `json:"message"`
}

func serve[Request any, Answer interface{ ids() []any }](h handlers, done string, act func(context.Context, Request) (Answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, err := h.enter(w, r)
		if err != nil {
			h.refuse(w, err)
			return
		}
		var request Request
		body := json.NewDecoder(bytes.NewReader(text))
		body.DisallowUnknownFields()
		if err := body.Decode(&request); err != nil {
			h.refuse(w, fmt.Errorf("%w: %w", err, chat.NewError(chat.Invalid, "body")))
			return
		}
		answer, err := act(r.Context(), request)
		if err != nil {
			h.refuse(w, err)
			return
		}
		h.log.Info(done, answer.ids()...)
		h.write(w, http.StatusOK, answer)
	}
}

// refuse answers an error, all of it: who has the secret has the data folder.
func (h handlers) refuse(w http.ResponseWriter, err error) {
	f := failure{Code: chat.CodeOf(err), Message: err.Error()}
	if e, ok := errors.AsType[*chat.Error](err); ok {
		f.What = e.What
	}
	status := http.StatusBadRequest
	switch f.Code {
	case chat.Unauthenticated:
		status = http.StatusUnauthorized
	case chat.Internal, chat.Unavailable:
		status = http.StatusInternalServerError
		h.log.Error("admin request failed", "err", err)
	}
	h.write(w, status, f)
}

func (h handlers) write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		h.log.Warn("admin answer not sent", "err", err)
	}
}
