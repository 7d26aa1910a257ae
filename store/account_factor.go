package store

import (
	"context"

	"taut/chat"
)

// SecondFactor is a user's, or the beginning of one.
type SecondFactor struct {
	Secret      string
	ConfirmedMS int64 // 0: it is being set up, and nobody asks for it
	LastStep    int64
	Recovery    int // codes that are left
}

// Factor is what a person gave as their second factor: the step of a code that
// is right, or the hash of a recovery code; the zero value is none.
type Factor struct {
	Step     int64
	Recovery *TokenHash
}

const selectFactor = "SELECT f.secret, f.confirmed_ms, f.last_step, (SELECT COUNT(*) FROM recovery_codes r " +
	"WHERE r.workspace_id = f.workspace_id AND r.user_id = f.user_id) FROM second_factors f WHERE f.workspace_id = ? AND f.user_id = ?"

func scanFactor(r scanner) (f SecondFactor, err error) {
	return f, absent(r.Scan(&f.Secret, &f.ConfirmedMS, &f.LastStep, &f.Recovery), "second_factor")
}

// SecondFactor is the user's. NotFound "second_factor".
func (w *Workspace) SecondFactor(ctx context.Context, user chat.UserID) (SecondFactor, error) {
	return scanFactor(w.store.db.QueryRowContext(ctx, selectFactor, w.id, user))
}

// HasRecovery tells whether this is one of the user's recovery codes.
func (w *Workspace) HasRecovery(ctx context.Context, user chat.UserID, code TokenHash) (bool, error) {
	return hasRecovery(w.store.db.QueryRowContext(ctx, countRecovery, w.id, user, code[:]))
}

const countRecovery = "SELECT COUNT(*) FROM recovery_codes WHERE workspace_id = ? AND user_id = ? AND code_hash = ?"

func hasRecovery(r scanner) (bool, error) {
	var n int
	err := r.Scan(&n)
	return n > 0, err
}

// BeginSecondFactor keeps a secret that is yet to be confirmed, in the place of
// one that never was. Exists "second_factor" where there is one.
func (w *Workspace) BeginSecondFactor(ctx context.Context, user chat.UserID, secret string) error {
	return w.onUser(ctx, user, func(t *turn) error {
		f, err := scanFactor(t.queryRow(selectFactor, w.id, user))
		switch {
		case err == nil && f.ConfirmedMS > 0:
			return chat.NewError(chat.Exists, "second_factor")
		case err != nil && chat.CodeOf(err) != chat.NotFound:
			return err
		}
		t.exec(w.store.dialect.upsert("second_factors", "workspace_id, user_id", "secret, confirmed_ms, last_step"), w.id, user, secret, 0, 0)
		return nil
	})
}

// ConfirmSecondFactor puts in force the secret of which the person showed a
// code, unless another one took its place. Forbidden "second_factor".
func (w *Workspace) ConfirmSecondFactor(ctx context.Context, user chat.UserID, secret string, step int64, recovery []TokenHash) error {
	return w.onUser(ctx, user, func(t *turn) error {
		f, err := scanFactor(t.queryRow(selectFactor, w.id, user))
		if err != nil {
			return err
		}
		if f.ConfirmedMS > 0 || f.Secret != secret || f.LastStep >= step {
			return chat.NewError(chat.Forbidden, "second_factor")
		}
		t.exec("UPDATE second_factors SET confirmed_ms = ?, last_step = ? WHERE workspace_id = ? AND user_id = ?", t.nowMS, step, w.id, user)
		t.setRecovery(user, recovery)
		return t.emitObject(chat.TypeSecondFactor, user, map[string]any{"enabled": true})
	})
}

// RenewRecovery replaces the recovery codes of who gave the factor.
func (w *Workspace) RenewRecovery(ctx context.Context, user chat.UserID, f Factor, recovery []TokenHash) error {
	return w.onUser(ctx, user, func(t *turn) error {
		if err := t.useFactor(user, f); err != nil {
			return err
		}
		t.setRecovery(user, recovery)
		return nil
	})
}

// DropSecondFactor takes it away: by the person, who gives it a last time, or by
// an administrator, who is written down.
func (w *Workspace) DropSecondFactor(ctx context.Context, user chat.UserID, f Factor, by *AuditEntry) error {
	return w.onUser(ctx, user, func(t *turn) error {
		if by == nil {
			if err := t.useFactor(user, f); err != nil {
				return err
			}
		} else {
			t.audit(*by)
		}
		t.exec("DELETE FROM second_factors WHERE workspace_id = ? AND user_id = ?", w.id, user)
		t.exec("DELETE FROM recovery_codes WHERE workspace_id = ? AND user_id = ?", w.id, user)
		return t.emitObject(chat.TypeSecondFactor, user, map[string]any{"enabled": false})
	})
}

// onUser runs a turn of the user's own stream, whose lock keeps what belongs to
// the account in one order. NotFound "user".
func (w *Workspace) onUser(ctx context.Context, user chat.UserID, apply func(t *turn) error) error {
	if _, err := w.User(ctx, user); err != nil {
		return err
	}
	_, err := w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: apply})
	return err
}

func (t *turn) setRecovery(user chat.UserID, codes []TokenHash) {
	w := t.head.stream.Workspace
	t.exec("DELETE FROM recovery_codes WHERE workspace_id = ? AND user_id = ?", w, user)
	for _, c := range codes {
		t.exec("INSERT INTO recovery_codes (workspace_id, user_id, code_hash) VALUES (?, ?, ?)", w, user, c[:])
	}
}

// useFactor lets pass who has no second factor or gave it, which is then used
// up. Forbidden "second_factor".
func (t *turn) useFactor(user chat.UserID, given Factor) error {
	w := t.head.stream.Workspace
	f, err := scanFactor(t.queryRow(selectFactor, w, user))
	if chat.CodeOf(err) == chat.NotFound || err == nil && f.ConfirmedMS == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if given.Recovery != nil {
		return t.useRecovery(user, *given.Recovery)
	}
	if given.Step <= f.LastStep {
		return chat.NewError(chat.Forbidden, "second_factor")
	}
	t.exec("UPDATE second_factors SET last_step = ? WHERE workspace_id = ? AND user_id = ?", given.Step, w, user)
	return nil
}

func (t *turn) useRecovery(user chat.UserID, code TokenHash) error {
	w := t.head.stream.Workspace
	known, err := hasRecovery(t.queryRow(countRecovery, w, user, code[:]))
	if err != nil {
		return err
	}
	if !known {
		return chat.NewError(chat.Forbidden, "second_factor")
	}
	t.exec("DELETE FROM recovery_codes WHERE workspace_id = ? AND user_id = ? AND code_hash = ?", w, user, code[:])
	return nil
}
