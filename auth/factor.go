package auth

import (
	"context"

	"taut/chat"
	"taut/store"
)

// BeginFactor makes a secret that the caller's app is to take. Exists
// "second_factor" where they have one.
func (s *Service) BeginFactor(ctx context.Context, c chat.Caller) (secret string, err error) {
	secret = NewTOTPSecret()
	return secret, s.store.Workspace(c.Workspace).BeginSecondFactor(ctx, c.User, secret)
}

// ConfirmFactor puts it in force, once the caller has shown a code of it, and
// gives recovery codes. Forbidden "second_factor", NotFound "second_factor"
// where none was begun, Exists where one is in force.
func (s *Service) ConfirmFactor(ctx context.Context, c chat.Caller, code string) (recovery []string, err error) {
	w := s.store.Workspace(c.Workspace)
	f, err := w.SecondFactor(ctx, c.User)
	if err != nil {
		return nil, err
	}
	if f.ConfirmedMS > 0 {
		return nil, chat.NewError(chat.Exists, "second_factor")
	}
	step := CheckTOTP(f.Secret, code, chat.Now())
	if step == 0 {
		return nil, errFactor
	}
	recovery, hashes := NewRecoveryCodes()
	return recovery, w.ConfirmSecondFactor(ctx, c.User, f.Secret, step, hashes)
}

// DropFactor takes it away from the caller, who proves both factors once more.
func (s *Service) DropFactor(ctx context.Context, c chat.Caller, password, code, address string) error {
	f, err := s.proveBoth(ctx, c, password, code, address)
	if err != nil {
		return err
	}
	return s.store.Workspace(c.Workspace).DropSecondFactor(ctx, c.User, f, nil)
}

// RenewRecovery gives the caller new recovery codes in place of all old ones.
func (s *Service) RenewRecovery(ctx context.Context, c chat.Caller, password, code, address string) ([]string, error) {
	f, err := s.proveBoth(ctx, c, password, code, address)
	if err != nil {
		return nil, err
	}
	recovery, hashes := NewRecoveryCodes()
	return recovery, s.store.Workspace(c.Workspace).RenewRecovery(ctx, c.User, f, hashes)
}

// proveBoth: Forbidden "credentials" or as tryFactor; NotFound "second_factor"
// where there is none.
func (s *Service) proveBoth(ctx context.Context, c chat.Caller, password, code, address string) (store.Factor, error) {
	if _, err := s.VerifyPassword(ctx, c, password, address); err != nil {
		return store.Factor{}, err
	}
	f, err := s.tryFactor(ctx, c.Workspace, c.User, code)
	if err == nil && f == (store.Factor{}) {
		err = chat.NewError(chat.NotFound, "second_factor")
	}
	return f, err
}
