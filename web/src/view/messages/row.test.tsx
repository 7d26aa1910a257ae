// @vitest-environment happy-dom
import { type Signal, signal } from "@preact/signals-core";
import { act, Profiler } from "react";
import { afterEach, describe, expect, it } from "vitest";
import type { App } from "../../state/app";
import type { Timeline } from "../../state/timeline";
import { type Drawn, draw, fakeWorkspace } from "../../testing/stage";
import type { Message } from "../../wire/objects";
import { MessageActions } from "./actions";
import { ListState } from "./list_state";
import { Row } from "./row";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

const at = (n: number) => `17600000${String(n).padStart(2, "0")}.000100`;
const message = (n: number, more: Partial<Message> = {}): Message => ({
  ts: at(n),
  user: "U2B",
  text: `message ${n}`,
  ...more,
});

/** A timeline that tests change by hand. */
function stage(...messages: Message[]) {
  const signals = new Map<string, Signal<Message | undefined>>(
    messages.map((m) => [m.ts, signal<Message | undefined>(m)]),
  );
  const keys = signal(messages.map((m) => m.ts));
  const timeline = {
    channel: "C1A",
    thread: undefined,
    messages: keys,
    atStart: signal(true),
    atEnd: signal(true),
    message: (key: string) => signals.get(key) ?? signal(undefined),
  };
  const w = fakeWorkspace();
  const state = new ListState(w, timeline as unknown as Timeline);
  const actions = new MessageActions({} as App, w, state);
  const drawings = new Map<string, number>();
  drawn = draw(
    keys.value.map((key, i) => (
      <Profiler key={key} id={key} onRender={() => drawings.set(key, (drawings.get(key) ?? 0) + 1)}>
        <Row id={key} before={keys.value[i - 1]} actions={actions} />
      </Profiler>
    )),
    w,
  );
  return {
    root: drawn.root,
    state,
    set: (m: Message) =>
      act(() => {
        const s = signals.get(m.ts);
        if (s) s.value = m;
      }),
    drawn: () => {
      const again = [...drawings];
      drawings.clear();
      return again.map(([key]) => key);
    },
  };
}

describe("a row", () => {
  it("is drawn again when its own message changes, and no other is", () => {
    const s = stage(message(1), message(2), message(3));
    s.drawn();
    s.set(message(2, { text: "changed" }));
    expect(s.drawn()).toEqual([at(2)]);
    expect(s.root.textContent).toContain("changed");
    s.set(message(2, { text: "changed", reactions: [{ name: "tada", users: ["U1A"], count: 1 }] }));
    expect(s.drawn()).toEqual([at(2)]);
  });

  it("that the pointer comes to and leaves alone is drawn", () => {
    const s = stage(message(1), message(2), message(3));
    s.drawn();
    act(() => s.state.point(at(2)));
    expect(s.drawn()).toEqual([at(2)]);
    expect(s.root.querySelectorAll("[role=toolbar]")).toHaveLength(1);
    act(() => s.state.point(at(3)));
    expect(s.drawn().sort()).toEqual([at(2), at(3)]);
  });

  it("names its author once for messages that follow each other", () => {
    const s = stage(
      message(1),
      message(2),
      message(3, { user: "U1A" }),
      message(4, { user: "U1A", bot_id: "B1", bot_profile: { id: "B1", name: "robot" } }),
    );
    expect(
      [...s.root.querySelectorAll("button, span")]
        .map((e) => e.textContent)
        .filter((t) => t === "ben" || t === "ada" || t === "robot"),
    ).toEqual(["ben", "ada", "robot"]);
    expect(s.root.textContent).toContain("APP");
  });

  it("says what became of a message that was not sent", () => {
    const s = stage(
      message(1, { user: "U1A", local: { state: "failed", error: "is_archived" } }),
      message(2, { local: { state: "queued" } }),
    );
    expect(s.root.querySelector("[role=alert]")?.textContent).toContain("The channel is archived.");
    expect([...s.root.querySelectorAll("[role=alert] button")].map((b) => b.textContent)).toEqual([
      "Send again",
      "Discard",
    ]);
    expect(s.root.textContent).toContain("Will be sent when the connection is back");
  });

  it("tells what happened to the channel", () => {
    const system = (n: number, subtype: string, more: Partial<Message> = {}) =>
      message(n, { subtype, text: "", ...more });
    const s = stage(
      system(1, "channel_join"),
      system(2, "channel_join", { inviter: "U1A" }),
      system(3, "group_leave"),
      system(4, "channel_topic", { topic: "bread" }),
      system(5, "channel_name", { old_name: "a", name: "b" }),
      system(6, "tombstone"),
      system(7, "something_new", { text: "as it is" }),
    );
    const words = [...s.root.querySelectorAll("[role=article]")].map((row) =>
      row.textContent?.replace(/\d+:\d+\s[AP]M/g, "").trim(),
    );
    expect(words).toEqual([
      "ben joined the channel.",
      "ben was added to the channel by ada",
      "ben left the channel.",
      "ben set the channel's topic: bread",
      "ben renamed the channel from #a to #b.",
      "This message was deleted.",
      "as it is",
    ]);
  });

  it("stands after the line where what is new begins", () => {
    const s = stage(message(1), message(2, { user: "U1A" }), message(3), message(4));
    act(() => {
      s.state.newFrom.value = at(1);
    });
    expect(s.state.firstNew.value).toBe(at(3));
    expect(s.state.newCount.value.n).toBe(2);
    expect(s.root.querySelectorAll("[data-new-line]")).toHaveLength(1);
    act(() => s.state.markRead());
    expect(s.root.querySelectorAll("[data-new-line]")).toHaveLength(0);
  });

  it("is marked where it calls the person, not where they call themselves", () => {
    const s = stage(
      message(1, { text: "<@U1A> hi" }),
      message(2, { user: "U1A", text: "<!here>" }),
      message(3, { text: "<!channel>" }),
    );
    const marked = [...s.root.querySelectorAll("[role=article]")].map((row) => row.className.includes("mentioned"));
    expect(marked).toEqual([true, false, true]);
  });
});
