import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settle, until } from "../testing/platform";
import { Random } from "../testing/random";
import { shown, type Visit, Visits } from "../testing/visits";
import type { Message } from "../wire/objects";
import { savedMarksOf } from "./saved_marks";

let at: Visits;
let server: Visits["server"];

beforeEach(() => begin());

afterEach(() => at.closeAll());

function begin(): void {
  at = new Visits();
  ({ server } = at);
}

/** A tab that shows a message of one's own. */
async function withMessage(text = "old"): Promise<Visit & { m: Message }> {
  const m = server.post("CTOWN", "UANN", text);
  const v = await at.live();
  await until(text, () => shown(v.t)[0] === text, at.clock);
  return Object.assign(v, { m });
}

const quiet = (what: string, ...tabs: Visit[]) =>
  until(what, () => tabs.every((v) => v.w.operations.pending.peek() === 0), at.clock).then(() => settle());
const local = ({ t }: Visit, n = 0) => t.message(t.messages.peek()[n] ?? "").peek()?.local;
const held = () =>
  (server.messages.get("CTOWN") ?? []).map((m) => [m.text, ...(m.reactions ?? []).map((r) => r.name)].join(" "));

describe("a change of a message", () => {
  test("shows at once, and stays as the server made it", async () => {
    const v = await withMessage();
    const done = v.w.operations.edit("CTOWN", v.m.ts, { text: "new" });
    expect(shown(v.t)).toEqual(["new"]);
    expect(local(v)).toMatchObject({ state: "sending", isEdit: true });
    await done;
    await settle();
    expect(shown(v.t)).toEqual(["new"]);
    expect(local(v)).toBeUndefined();
  });

  test("takes a deleted message out at once", async () => {
    const { w, t, m } = await withMessage();
    const done = w.operations.remove("CTOWN", m.ts);
    expect(shown(t)).toEqual([]);
    await done;
    await settle();
    expect(shown(t)).toEqual([]);
  });

  test("by a reaction counts once", async () => {
    const { w, t, m } = await withMessage();
    const done = w.operations.react("CTOWN", m.ts, "tada", true);
    expect(shown(t)).toEqual(["old tada1"]);
    await done;
    await settle();
    expect(shown(t)).toEqual(["old tada1"]);
  });

  test("lies over what comes meanwhile, and is undone where it is refused", async () => {
    const { w, t, m } = await withMessage();
    server.failures.set("reactions.add", ["too_many_reactions"]);
    server.held = [];
    const done = w.operations.react("CTOWN", m.ts, "tada", true);
    await settle();
    server.edit("CTOWN", m.ts, "another's");
    await settle();
    expect(shown(t)).toEqual(["another's tada1"]);
    for (const go of server.held) go();
    server.held = undefined;
    await expect(done).rejects.toMatchObject({ code: "too_many_reactions" });
    expect(shown(t)).toEqual(["another's"]);
  });
});

describe("without a connection changes", () => {
  test("wait, also through a reload, and go out in their order", async () => {
    const v = await withMessage();
    const other = server.post("CTOWN", "UANN", "to delete");
    await until("both", () => shown(v.t).length === 2, at.clock);
    at.cut();
    void v.w.operations.react("CTOWN", v.m.ts, "tada", true);
    void v.w.operations.edit("CTOWN", v.m.ts, { text: "changed" });
    void v.w.operations.remove("CTOWN", other.ts);
    expect(shown(v.t)).toEqual(["changed tada1"]);
    await until("queued", () => local(v)?.state === "queued", at.clock);
    await at.close(v);
    const again = await at.visit();
    await until("as before", () => shown(again.t).join() === "changed tada1", at.clock);
    expect(held()).toEqual(["old", "to delete"]);
    at.mend();
    await quiet("sent", again);
    expect(held()).toEqual(["changed tada"]);
    expect(shown(again.t)).toEqual(["changed tada1"]);
  });

  test("of a tab that follows are sent by the one that leads", async () => {
    const v = await withMessage();
    const b = await at.live();
    at.cut();
    await settle();
    const done = b.w.operations.react("CTOWN", v.m.ts, "tada", true);
    await until("seen", () => shown(v.t)[0] === "old tada1", at.clock);
    at.mend();
    await quiet("sent", v, b);
    await done;
    expect([held(), shown(v.t), shown(b.t)]).toEqual([["old tada"], ["old tada1"], ["old tada1"]]);
  });

  test("that undo each other come to one call, the last", async () => {
    const { w, t, m } = await withMessage();
    at.cut();
    for (const on of [true, false, true, false]) void w.operations.react("CTOWN", m.ts, "tada", on);
    for (const text of ["a", "b", "c"]) void w.operations.edit("CTOWN", m.ts, { text });
    expect(shown(t)).toEqual(["c"]);
    await settle();
    server.calls.splice(0);
    at.mend();
    await until("sent", () => w.operations.pending.peek() === 0, at.clock);
    expect([server.count("reactions.add"), server.count("chat.update")]).toEqual([0, 1]);
    expect(held()).toEqual(["c"]);
  });

  test("whose answer is lost are asked for again, and are there once", async () => {
    const { w, t, m } = await withMessage();
    server.hangUp();
    server.loseAnswers = 1;
    void w.operations.react("CTOWN", m.ts, "tada", true);
    await until("sent", () => w.operations.pending.peek() === 0, at.clock);
    await settle();
    server.loseAnswers = 1;
    void w.operations.remove("CTOWN", m.ts);
    await until("deleted", () => w.operations.pending.peek() === 0, at.clock);
    expect([held(), shown(t)]).toEqual([[], []]);
  });

  test("of what is kept for later wait too", async () => {
    const { w, m } = await withMessage();
    const marks = savedMarksOf(w);
    at.cut();
    void marks.save("CTOWN", m.ts, true);
    expect(marks.of("CTOWN", m.ts).peek()).toBe(0);
    at.mend();
    await until("kept", () => w.operations.pending.peek() === 0, at.clock);
    expect([...server.saved]).toEqual([`CTOWN/${m.ts}`]);
    expect(marks.of("CTOWN", m.ts).peek()).toBe(0);
  });

  test("of a kind that only a later version knows wait for a tab with that, and hold up no others", async () => {
    const { w, t, m } = await withMessage();
    const change = { kind: "frame", on: true };
    await w.store.putWaiting("operations", { id: "later", channel: "CTOWN", ts: m.ts, created: 1, change });
    await w.operations.reload();
    await w.operations.react("CTOWN", m.ts, "tada", true);
    await settle();
    expect(shown(t)).toEqual(["old tada1"]);
    expect(await w.store.waiting("operations")).toMatchObject([{ id: "later", change }]);
    expect(w.operations.pending.peek()).toBe(1);
  });

  test("are no more than so many", async () => {
    const { w, m } = await withMessage();
    at.cut();
    vi.spyOn(w.store, "putWaiting").mockReturnValue(new Promise(() => {})); // 500 writes take their time
    for (let n = 0; n < 500; n++) void w.operations.react("CTOWN", `${n}.0`, "eyes", true);
    await expect(w.operations.react("CTOWN", m.ts, "tada", true)).rejects.toMatchObject({ code: "too_many_waiting" });
  });
});

describe("an edit that is refused", () => {
  test("stays with its text, through a reload, until it is sent again or discarded", async () => {
    const v = await withMessage();
    server.failures.set("chat.update", ["edit_window_closed", "edit_window_closed"]);
    await expect(v.w.operations.edit("CTOWN", v.m.ts, { text: "mine" })).rejects.toThrow("edit_window_closed");
    await settle();
    await at.close(v);
    const again = await at.live();
    await until("kept", () => shown(again.t)[0] === "mine", at.clock);
    expect(local(again)).toMatchObject({ state: "failed", error: "edit_window_closed", isEdit: true });
    again.w.operations.retry("CTOWN", v.m.ts);
    await until("again", () => local(again)?.state === "failed", at.clock);
    again.w.operations.discard("CTOWN", v.m.ts);
    expect(shown(again.t)).toEqual(["old"]);
    await settle();
    expect(await again.w.store.waiting("operations")).toEqual([]);
  });

  test("by a tab that follows is told there", async () => {
    const v = await withMessage();
    const b = await at.live();
    server.failures.set("chat.update", ["edit_window_closed"]);
    await expect(b.w.operations.edit("CTOWN", v.m.ts, { text: "mine" })).rejects.toThrow("edit_window_closed");
    expect([shown(v.t), shown(b.t)]).toEqual([["mine"], ["mine"]]);
    expect(local(b)).toMatchObject({ state: "failed" });
  });

  test("as its message was deleted meanwhile leaves the text as a message to send", async () => {
    const v = await withMessage();
    at.cut();
    const done = v.w.operations.edit("CTOWN", v.m.ts, { text: "long thought" });
    const failed = expect(done).rejects.toThrow("edited_message_deleted");
    await settle();
    server.remove("CTOWN", v.m.ts);
    at.mend();
    await until("gone", () => v.w.outbox.pending.peek() === 1, at.clock);
    await failed;
    expect(shown(v.t)).toEqual(["long thought"]);
    expect(local(v)).toMatchObject({ state: "failed", error: "edited_message_deleted" });
    await settle();
    await at.close(v);
    const again = await at.live();
    await until("kept", () => shown(again.t).join() === "long thought", at.clock);
    again.w.outbox.retry(again.t.messages.peek()[0] ?? "");
    await until("sent", () => again.w.outbox.pending.peek() === 0, at.clock);
    expect(held()).toEqual(["long thought"]);
  });

  test("whose message is deleted afterwards leaves the text too", async () => {
    const v = await withMessage();
    server.failures.set("chat.update", ["edit_window_closed"]);
    await expect(v.w.operations.edit("CTOWN", v.m.ts, { text: "mine" })).rejects.toThrow();
    server.remove("CTOWN", v.m.ts);
    await until("gone", () => v.w.outbox.pending.peek() === 1, at.clock);
    await settle();
    expect(shown(v.t)).toEqual(["mine"]);
    expect(v.w.operations.pending.peek()).toBe(0);
  });
});

test("what is refused after a reload is told of, where nobody waits for it any more", async () => {
  const v = await withMessage();
  at.cut();
  void v.w.operations.react("CTOWN", v.m.ts, "tada", true);
  await settle();
  await at.close(v);
  server.failures.set("reactions.add", ["too_many_reactions"]);
  const again = await at.visit();
  const told = vi.fn();
  again.w.operations.onRefused(told);
  at.mend();
  await quiet("refused", again);
  expect(told).toHaveBeenCalledExactlyOnceWith("too_many_reactions");
  expect([held(), shown(again.t)]).toEqual([["old"], ["old"]]);
});

describe("starring and muting", () => {
  const starred = ({ w }: Visit) => [...w.channels.starred.peek()];
  const muted = ({ w }: Visit) => [...w.channels.muted.peek()];

  test("without a connection wait, also through a reload", async () => {
    const v = await at.live();
    at.cut();
    void v.w.channels.star("CTOWN", true);
    void v.w.channels.mute("CTOWN", true);
    expect([starred(v), muted(v)]).toEqual([["CTOWN"], ["CTOWN"]]);
    await settle();
    await at.close(v);
    const again = await at.visit();
    await until("as before", () => starred(again).length === 1 && muted(again).length === 1, at.clock);
    expect(server.prefs).not.toHaveProperty("taut_starred");
    at.mend();
    await quiet("sent", again);
    expect(server.prefs).toMatchObject({ taut_starred: ["CTOWN"], muted_channels: "CTOWN" });
    expect([starred(again), muted(again)]).toEqual([["CTOWN"], ["CTOWN"]]);
  });

  test("of a tab that follows is sent by the one that leads, and shown in both", async () => {
    const [a, b] = [await at.live(), await at.live()];
    at.cut();
    await settle();
    const done = b.w.channels.star("CTOWN", true);
    await until("seen", () => starred(a).length === 1, at.clock);
    at.mend();
    await quiet("sent", a, b);
    await done;
    expect([server.prefs.taut_starred, starred(a), starred(b)]).toEqual([["CTOWN"], ["CTOWN"], ["CTOWN"]]);
  });

  test("and back again come to one call, where anything is left to do", async () => {
    const v = await at.live();
    at.cut();
    for (const on of [true, false, true]) void v.w.channels.star("CTOWN", on);
    for (const on of [true, false]) void v.w.channels.star("COTHER", on);
    expect(starred(v)).toEqual(["CTOWN"]);
    await settle();
    server.calls.splice(0);
    at.mend();
    await quiet("sent", v);
    expect(server.calls.filter((c) => c.method === "users.prefs.set").map((c) => c.args.prefs)).toEqual([
      { taut_starred: ["CTOWN"] },
    ]);
  });

  test("keep what another device did meanwhile", async () => {
    const v = await at.live();
    at.cut();
    void v.w.channels.star("CTOWN", true);
    await settle();
    server.prefs.taut_starred = ["COTHER"];
    server.world.append("UANN", { type: "pref_change", name: "taut_starred", value: ["COTHER"] });
    at.mend();
    await quiet("sent", v);
    expect(server.prefs.taut_starred).toEqual(["COTHER", "CTOWN"]);
  });

  test("are undone where they are refused", async () => {
    const v = await at.live();
    server.failures.set("users.prefs.set", ["limit_exceeded"]);
    const done = v.w.channels.mute("CTOWN", true);
    expect(muted(v)).toEqual(["CTOWN"]);
    await expect(done).rejects.toMatchObject({ code: "limit_exceeded" });
    expect(muted(v)).toEqual([]);
    expect(await v.w.store.waiting("operations")).toEqual([]);
  });
});

const emoji = ["tada", "eyes"];

/** What a person has last wanted of each message is what it is in the end, on the server and in all tabs. */
test("changes under faults are neither lost nor doubled", { timeout: 120_000 }, async () => {
  const seeds = Number(process.env.SEEDS ?? 10);
  for (let seed = Number(process.env.SEED ?? 0); seed < seeds; seed++) {
    begin();
    const random = new Random(seed);
    const wanted = new Map<string, { text: string; reactions: Set<string> }>();
    for (let n = 0; n < 4; n++)
      wanted.set(server.post("CTOWN", "UANN", `m${n}`).ts, { text: `m${n}`, reactions: new Set() });
    let tabs = [await at.live(), await at.live()];
    for (let n = 0; n < 50; n++) {
      const tab = random.pick(tabs);
      const k = random.below(100);
      const [ts, want] = random.pick([...wanted, ["", undefined] as const]);
      if (k < 50 && want) {
        change(tab, ts, want, random, `${seed}-${n}`, wanted);
        await settle(25); // it is on disk, and all tabs know of it
      } else if (k < 58) server.loseAnswers = random.below(3);
      else if (k < 68) server.down = !server.down;
      else if (k < 75) server.hangUp();
      else if (k < 85) {
        await at.close(tab);
        tabs = [...tabs.filter((x) => x !== tab), await at.visit()];
      } else at.clock.advance(random.below(8_000));
      await settle(random.below(20));
    }
    at.mend();
    server.loseAnswers = 0;
    await quiet(`all sent, seed ${seed}`, ...tabs);
    const all = [...wanted.values()].map(({ text, reactions }) => [text, ...[...reactions].sort()]);
    expect(
      (server.messages.get("CTOWN") ?? []).map((m) => [m.text, ...(m.reactions ?? []).map((r) => r.name).sort()]),
      `seed ${seed}`,
    ).toEqual(all);
    const said = all.map(([text, ...reactions]) => [text, ...reactions.map((name) => `${name}1`)].join(" "));
    for (const tab of tabs) {
      await until(`shown, seed ${seed}`, () => shown(tab.t).join() === said.join(), at.clock);
      expect(await tab.w.store.waiting("operations")).toEqual([]);
    }
    await at.closeAll();
  }
});

function change(
  { w }: Visit,
  ts: string,
  want: { text: string; reactions: Set<string> },
  random: Random,
  text: string,
  wanted: Map<string, unknown>,
): void {
  const k = random.below(10);
  if (k < 4) {
    want.text = text;
    void w.operations.edit("CTOWN", ts, { text }).catch(() => {});
  } else if (k < 9 || wanted.size === 1) {
    const name = random.pick(emoji);
    const on = !want.reactions.has(name);
    if (on) want.reactions.add(name);
    else want.reactions.delete(name);
    void w.operations.react("CTOWN", ts, name, on);
  } else {
    wanted.delete(ts);
    void w.operations.remove("CTOWN", ts);
  }
}
