package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"taut/chat"
)

// Client is Admin on a running server, through its door.
type Client struct {
	Door Door
	http http.Client
}

// clientTimeout bounds one act.
const clientTimeout = 30 * time.Second

// NewClient makes a client for the server behind the door.
func NewClient(d Door) *Client {
	return &Client{Door: d, http: http.Client{
		Timeout:       clientTimeout,
		Transport:     &http.Transport{}, // through no proxy
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Alive tells whether the door's own server answers. A server that was killed
// leaves its door behind, and another one may have its port by now.
func (c *Client) Alive(ctx context.Context) bool {
	_, err := c.knock(ctx)
	return err == nil
}

// knock lets the server prove that it is the door's; it answers the nonce for
// the request that follows.
func (c *Client) knock(ctx context.Context) (nonce string, err error) {
	ours := newNonce()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Door.Ops+"/admin/?nonce="+ours, nil)
	if err != nil {
		return "", fmt.Errorf("call the running server: %w", err)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return "", fmt.Errorf("call the running server: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return "", fmt.Errorf("read the running server's answer: %w", err)
	}
	var answer challenge
	if json.Unmarshal(text, &answer) != nil || !same(answer.Proof, serverProof(c.Door.Secret, ours, answer.Nonce)) {
		return "", fmt.Errorf("who listens on %s is not this folder's server: %w", c.Door.Ops, errNoProof)
	}
	return answer.Nonce, nil
}

// CreateWorkspace makes a workspace with its owner.
func (c *Client) CreateWorkspace(ctx context.Context, n NewWorkspace) (Credentials, error) {
	return call[Credentials](ctx, c, "/admin/workspaces", n)
}

// AddUser adds a person.
func (c *Client) AddUser(ctx context.Context, n NewUser) (Credentials, error) {
	return call[Credentials](ctx, c, "/admin/users", n)
}

// AddBot adds an app with its bot user.
func (c *Client) AddBot(ctx context.Context, n NewBot) (BotCredentials, error) {
	return call[BotCredentials](ctx, c, "/admin/bots", n)
}

// People lists users.
func (c *Client) People(ctx context.Context, n ListPeople) (PeoplePage, error) {
	return call[PeoplePage](ctx, c, "/admin/users/list", n)
}

// SetActive ends an account, or takes that back.
func (c *Client) SetActive(ctx context.Context, n SetActive) (Person, error) {
	return call[Person](ctx, c, "/admin/users/active", n)
}

// MakeToken makes a further token.
func (c *Client) MakeToken(ctx context.Context, n Account) (AccountToken, error) {
	return call[AccountToken](ctx, c, "/admin/users/token", n)
}

// Revoke ends tokens.
func (c *Client) Revoke(ctx context.Context, n RevokeTokens) (Revoked, error) {
	return call[Revoked](ctx, c, "/admin/users/revoke", n)
}

// ResetPassword gives a person a new password.
func (c *Client) ResetPassword(ctx context.Context, n Account) (NewPassword, error) {
	return call[NewPassword](ctx, c, "/admin/users/password", n)
}

// MakeSetupCode makes a code for a workspace.
func (c *Client) MakeSetupCode(ctx context.Context, n NewCode) (SetupCode, error) {
	return call[SetupCode](ctx, c, "/admin/codes", n)
}

func call[Answer any](ctx context.Context, c *Client, path string, request any) (answer Answer, err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return answer, fmt.Errorf("encode the request: %w", err)
	}
	nonce, err := c.knock(ctx)
	if err != nil {
		return answer, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.Door.Ops+path, bytes.NewReader(body))
	if err != nil {
		return answer, fmt.Errorf("call the running server: %w", err)
	}
	r.Header.Set("Authorization", scheme+" "+nonce+" "+clientProof(c.Door.Secret, nonce, r.Method, path, body))
	response, err := c.http.Do(r)
	if err != nil {
		return answer, fmt.Errorf("call the running server: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return answer, fmt.Errorf("read the running server's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return answer, refused(response.Status, text)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("read the running server's answer: %w", err)
	}
	return answer, nil
}

// refusal is a failure as the other side worded it, with its code.
type refusal struct{ failure }

func (r refusal) Error() string { return r.Message }
func (r refusal) Unwrap() error { return chat.NewError(r.Code, r.What) }

func refused(status string, body []byte) error {
	var f failure
	if json.Unmarshal(body, &f) != nil || f.Code == "" {
		return fmt.Errorf("the running server answered %s", status)
	}
	return refusal{f}
}
