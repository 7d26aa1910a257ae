package chat

import "context"

// Mail is a short text to one person.
type Mail struct {
	To      string
	Subject string
	Text    string
}

// Mailer sends mail. It doesn't wait for the sending: Limited says that too much
// is waiting, Invalid that the mail can't be one.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}
