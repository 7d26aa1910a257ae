package store

import (
	"context"
	"fmt"

	"taut/chat"
)

// maxPins is how many messages a channel has pinned at once.
const maxPins = 100

// Pin is a message that is pinned to its channel.
type Pin struct {
	Message   chat.Message
	By        chat.UserID
	CreatedMS int64
}

// AddPin pins a message. Errors: Exists "pin", Limited "pins", Invalid "pin" of a
// message that nobody wrote, NotFound "channel" or "message", NotMember, Archived.
func (w *Workspace) AddPin(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID) error {
	return w.changePin(ctx, ch, ts, user, (*turn).pin)
}

// RemovePin takes the pin away. NotFound "pin", else as AddPin.
func (w *Workspace) RemovePin(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID) error {
	return w.changePin(ctx, ch, ts, user, (*turn).unpin)
}

func (w *Workspace) changePin(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID, how func(*turn, *messageState, chat.UserID) error) error {
	c := change{stream: w.id.Channel(ch), sender: user, reads: []read{{member: user}, {message: ts}}}
	c.apply = func(t *turn) error {
		if err := t.requireActor(user); err != nil {
			return err
		}
		m, err := t.message(ts)
		if err != nil {
			return err
		}
		return how(t, m, user)
	}
	_, err := w.store.append(ctx, c)
	return err
}

const insertPin = "INSERT INTO pins (workspace_id, stream_id, ts, seq, user_id, created_ms) VALUES (?, ?, ?, ?, ?, ?)"

func (t *turn) pin(m *messageState, user chat.UserID) error {
	if m.pinned {
		return chat.NewError(chat.Exists, "pin")
	}
	if m.kind == kindNotice {
		return chat.NewError(chat.Invalid, "pin")
	}
	n, err := t.pins()
	if err != nil {
		return err
	}
	if n >= maxPins {
		return chat.NewError(chat.Limited, "pins")
	}
	m.pinned = true
	st := t.head.stream
	t.exec(insertPin, string(st.Workspace), string(st.ID), int64(m.ts), m.seq, string(user), t.nowMS)
	if err := t.saveMessage(m); err != nil {
		return err
	}
	shown := t.batch.store.shown(m)
	event, err := t.emitPin("pin_added", user, shown, n+1)
	if err != nil {
		return err
	}
	t.copied(m.ts, event.Seq)
	_, err = t.emitNotice(user, chat.Message{Subtype: chat.SubtypePinned, Text: "pinned a message to this channel."})
	return err
}

func (t *turn) unpin(m *messageState, user chat.UserID) error {
	if !m.pinned {
		return chat.NewError(chat.NotFound, "pin")
	}
	n, err := t.pins()
	if err != nil {
		return err
	}
	m.pinned = false
	st := t.head.stream
	t.exec("DELETE FROM pins WHERE workspace_id = ? AND stream_id = ? AND ts = ?", string(st.Workspace), string(st.ID), int64(m.ts))
	if err := t.saveMessage(m); err != nil {
		return err
	}
	_, err = t.emitPin("pin_removed", user, withoutContent(t.batch.store.shown(m)), n-1)
	return err
}

const countPins = "SELECT COUNT(*) FROM pins WHERE workspace_id = ? AND stream_id = ?"

// pins is how many the channel has.
func (t *turn) pins() (n int, err error) {
	st := t.head.stream
	if err := t.queryRow(countPins, string(st.Workspace), string(st.ID)).Scan(&n); err != nil {
		return 0, fmt.Errorf("count pins: %w", err)
	}
	return n, nil
}

// pinEvent is the payload of pin_added and pin_removed.
type pinEvent struct {
	Type     string         `json:"type"`
	User     chat.UserID    `json:"user"`
	Channel  chat.ChannelID `json:"channel_id"`
	Item     pinItem        `json:"item"`
	ItemUser chat.UserID    `json:"item_user,omitempty"`
	PinCount int            `json:"pin_count"`
	Info     *pinnedInfo    `json:"pinned_info,omitempty"` // of pin_added
	HasPins  *bool          `json:"has_pins,omitempty"`    // of pin_removed
	EventTS  chat.TS        `json:"event_ts"`
}

type pinItem struct {
	Type      string         `json:"type"`
	Channel   chat.ChannelID `json:"channel"`
	Message   pinMessage     `json:"message"`
	Created   int64          `json:"created,omitempty"`
	CreatedBy chat.UserID    `json:"created_by,omitempty"`
}

type pinMessage struct {
	chat.Message
	Permalink string `json:"permalink,omitempty"`
}

// pinMessage is the message as the events show it; without a permalink, where
// nobody told the server its URL.
func (t *turn) pinMessage(m chat.Message) pinMessage {
	if base := t.batch.store.URL(); base != "" {
		return pinMessage{m, chat.Permalink(base, chat.ChannelID(t.head.stream.ID), m)}
	}
	return pinMessage{Message: m}
}

type pinnedInfo struct {
	Channel  chat.ChannelID `json:"channel"`
	PinnedBy chat.UserID    `json:"pinned_by"`
	PinnedTS int64          `json:"pinned_ts"`
}

func (t *turn) emitPin(kind string, user chat.UserID, m chat.Message, n int) (chat.Event, error) {
	ch := chat.ChannelID(t.head.stream.ID)
	e := pinEvent{Type: kind, User: user, Channel: ch, ItemUser: m.User, PinCount: n, Item: pinItem{Type: chat.TypeMessage, Channel: ch, Message: t.pinMessage(m)}}
	if kind == "pin_added" {
		seconds := t.nowMS / 1000
		e.Item.Created, e.Item.CreatedBy, e.Info = seconds, user, &pinnedInfo{ch, user, seconds}
	} else {
		has := n > 0
		e.HasPins = &has
	}
	return t.emit(newEvent{Type: kind, User: user, Payload: func(_ int64, ts chat.TS) ([]byte, error) {
		e.EventTS = ts
		b, err := marshal(&e)
		if err != nil || len(b) <= maxEventBytes {
			return b, err
		}
		e.Item.Message = t.pinMessage(withoutContent(m))
		return marshal(&e)
	}})
}

// Pins are the channel's, the latest first.
func (w *Workspace) Pins(ctx context.Context, ch chat.ChannelID) ([]Pin, error) {
	var pins []Pin
	rows, err := w.store.db.QueryContext(ctx, "SELECT "+messageColumns+", p.user_id, p.created_ms FROM pins p JOIN events e"+
		" ON e.workspace_id = p.workspace_id AND e.stream_id = p.stream_id AND e.seq = p.seq"+
		" LEFT JOIN message_state s ON s.workspace_id = p.workspace_id AND s.stream_id = p.stream_id AND s.ts = p.ts"+
		" WHERE p.workspace_id = ? AND p.stream_id = ? ORDER BY p.created_ms DESC, p.ts DESC LIMIT ?", w.id, ch, maxPins)
	messages, err := collect(rows, err, func(row scanner) (chat.Message, error) {
		var p Pin
		m, err := scanMessage(withMore{row, []any{&p.By, &p.CreatedMS}})
		if err != nil {
			return chat.Message{}, err
		}
		pins = append(pins, p)
		return w.store.shown(m), nil
	})
	if err == nil {
		err = w.freshenRoots(ctx, ch, messages)
	}
	for i := range messages {
		pins[i].Message = messages[i]
	}
	return pins, err
}

// PinCount is how many messages are pinned to the channel.
func (w *Workspace) PinCount(ctx context.Context, ch chat.ChannelID) (n int, err error) {
	err = w.store.db.QueryRowContext(ctx, countPins, w.id, ch).Scan(&n)
	return n, err
}
