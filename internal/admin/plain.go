package admin

import (
	"errors"
	"fmt"
	"net/mail"

	"taut/chat"
)

// plain is an error as a person is told it. Its code is that of the error inside.
type plain struct {
	text string
	err  error
}

func (p plain) Error() string { return p.text }
func (p plain) Unwrap() error { return p.err }

// plainly gives err other words.
func plainly(err error, format string, args ...any) error {
	return plain{fmt.Sprintf(format, args...), err}
}

// taken tells which name is there already, where that is what is wrong.
func taken(err error, domain, name, email string) error {
	e, ok := errors.AsType[*chat.Error](err)
	if !ok || e.Code != chat.Exists {
		return err
	}
	switch e.What {
	case "name":
		return plainly(err, "the handle %s is taken", name)
	case "email":
		return plainly(err, "the e-mail address %s is taken", email)
	case "domain":
		return plainly(err, "the domain %s is taken", domain)
	}
	return err
}

// address checks an e-mail address, if one is given: it has no display name.
func address(email string) error {
	if email == "" {
		return nil
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return plainly(chat.NewError(chat.Invalid, "email"), "%q is not an e-mail address", email)
	}
	return nil
}
