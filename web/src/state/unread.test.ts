import { afterEach, beforeEach, expect, test } from "vitest";
import { Device, settle, until } from "../testing/platform";
import { Server } from "../testing/server";
import { createWorkspace, type Workspace } from "./workspace";

let device: Device;
let server: Server;
let w: Workspace;

beforeEach(async () => {
  device = new Device();
  server = new Server(device.clock);
  server.world.join("CTOWN");
  server.post("CTOWN", "UBOB", "old");
  w = await visit();
});

afterEach(async () => {
  w.close();
  await settle();
});

async function visit(): Promise<Workspace> {
  const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };
  const made = createWorkspace(session, device.tab(server));
  await until("live", () => made.status.peek() === "ready" && made.seqOf("CTOWN") !== undefined, device.clock);
  await settle();
  return made;
}

const town = () => w.unread.of("CTOWN").peek();

test("what others say is unread, and counts where it is for the caller", async () => {
  expect(town()).toMatchObject({ unread: false, mentions: 0 });
  server.post("CTOWN", "UBOB", "hello");
  await until("unread", () => town().unread);
  expect(town().mentions).toBe(0);
  server.post("CTOWN", "UBOB", "<@UANN> hello");
  server.post("CTOWN", "UBOB", "<!here> lunch");
  await until("mentioned", () => town().mentions === 2);
  expect(w.unread.total.peek()).toEqual({ unread: true, mentions: 2 });
});

test("what is read is told to the server once, a moment later", async () => {
  server.post("CTOWN", "UBOB", "one");
  const two = server.post("CTOWN", "UBOB", "<@UANN> two");
  await until("unread", () => town().mentions === 1);
  w.unread.mark("CTOWN", server.messages.get("CTOWN")?.[1]?.ts ?? "");
  w.unread.mark("CTOWN", two.ts);
  expect(town()).toMatchObject({ unread: false, mentions: 0, lastRead: two.ts });
  device.clock.advance(1_000);
  await settle();
  expect(server.calls.filter((c) => c.method === "conversations.mark").map((c) => c.args.ts)).toEqual([two.ts]);
});

test("a mention that is deleted counts no more, here and after a reload", async () => {
  const m = server.post("CTOWN", "UBOB", "<@UANN> oops");
  await until("mentioned", () => town().mentions === 1);
  device.clock.advance(2_000); // which is kept
  await settle();
  server.remove("CTOWN", m.ts);
  await until("forgotten", () => !town().unread && town().mentions === 0, device.clock);
  device.clock.advance(2_000);
  await settle();
  w.close();
  await settle();
  w = await visit();
  expect(town()).toMatchObject({ unread: false, mentions: 0 });
});

test("a deletion that nobody told of is found out by the next count", async () => {
  server.post("CTOWN", "UBOB", "<@UANN> oops");
  await until("mentioned", () => town().mentions === 1);
  device.clock.advance(2_000); // which is kept
  await settle();
  w.close();
  await settle();
  server.messages.get("CTOWN")?.pop();
  w = await visit();
  await until("forgotten", () => !town().unread && town().mentions === 0, device.clock);
});

test("what is left after a deletion is read with the last message", async () => {
  w.timelines.of("CTOWN").messages.subscribe(() => {});
  await settle();
  const m = server.post("CTOWN", "UBOB", "<@UANN> oops");
  await until("mentioned", () => town().mentions === 1);
  server.down = true; // nobody can be asked
  server.remove("CTOWN", m.ts);
  await settle();
  w.unread.mark("CTOWN", server.messages.get("CTOWN")?.[0]?.ts ?? "");
  expect(town()).toMatchObject({ unread: false, mentions: 0 });
});

test("a mark that does not get through goes out with the next connection", async () => {
  const m = server.post("CTOWN", "UBOB", "one");
  await until("unread", () => town().unread);
  server.down = true;
  server.hangUp();
  w.unread.mark("CTOWN", m.ts);
  device.clock.advance(1_000);
  await settle();
  expect(server.count("conversations.mark")).toBe(0);
  server.down = false;
  await until("marked", () => server.count("conversations.mark") > 0, device.clock);
  expect(town().unread).toBe(false);
});

test("a mark that the server refuses is not sent again", async () => {
  const m = server.post("CTOWN", "UBOB", "one");
  await until("unread", () => town().unread);
  server.failures.set("conversations.mark", ["channel_not_found"]);
  w.unread.mark("CTOWN", m.ts);
  await until("refused", () => server.count("conversations.mark") === 1, device.clock);
  await settle();
  w.unread.wake();
  device.clock.advance(1_000);
  await settle();
  expect(server.count("conversations.mark")).toBe(1);
});

test("the counts are current with each connection's first, in every tab", async () => {
  await until("counted", () => w.unread.current.peek(), device.clock);
  const other = await visit();
  await until("told", () => other.unread.current.peek(), device.clock);
  server.down = true;
  server.hangUp();
  await until("cut", () => !w.unread.current.peek() && !other.unread.current.peek(), device.clock);
  const current = () => [w.unread.current.peek(), other.unread.current.peek()];
  server.held = []; // the answers of the boot, and of whatever is asked before it
  server.down = false;
  const isLive = () => [w, other].every((tab) => tab.connection.peek().state === "live");
  const release = () => server.held?.splice(0).forEach((go) => void go());
  await until(
    "live again",
    () => {
      if (server.calls.at(-1)?.method === "rtm.connect") release();
      return isLive();
    },
    device.clock,
  );
  await settle();
  expect(current()).toEqual([false, false]);
  const third = await visit();
  expect([...current(), third.unread.current.peek()]).toEqual([false, false, false]);
  release();
  server.held = undefined;
  await until("counted anew", () => current().every(Boolean) && third.unread.current.peek(), device.clock);
  third.close();
  w.close();
  await until("leads now", () => other.feed?.leading === true && other.unread.current.peek(), device.clock);
  other.close();
});

test("another device's mark counts, forwards and back", async () => {
  const m = server.post("CTOWN", "UBOB", "one");
  await until("unread", () => town().unread);
  const marked = (ts: string, count: number) =>
    server.world.append("UANN", {
      type: "channel_marked",
      channel: "CTOWN",
      ts,
      unread_count_display: count,
      mention_count: 0,
    });
  marked(m.ts, 0);
  await until("read", () => !town().unread);
  marked("1600000000.000000", 2);
  await until("unread again", () => town().unread);
});

test("one's own message means that what is before it was read", async () => {
  server.post("CTOWN", "UBOB", "one");
  await until("unread", () => town().unread);
  w.outbox.send("CTOWN", { text: "mine" });
  await until("read", () => !town().unread && w.outbox.pending.peek() === 0, device.clock);
});

test("a muted channel says only who names the caller", async () => {
  w.prefs.put({ muted_channels: "CTOWN" });
  server.post("CTOWN", "UBOB", "<!channel> hello");
  server.post("CTOWN", "UBOB", "<@UANN> psst");
  await until("mentioned", () => town().mentions === 1);
  expect(town().unread).toBe(false);
});

test("a reply has the server count only for whom it concerns", async () => {
  const root = server.post("CTOWN", "UBOB", "root");
  await until("root", () => town().latest === root.ts);
  const reply = async (more: Record<string, unknown>, text = "reply") => {
    const before = server.count("client.counts");
    server.post("CTOWN", "UBOB", text, { thread_ts: root.ts, ...more });
    await settle();
    device.clock.advance(5_000);
    await settle();
    return server.count("client.counts") - before;
  };
  expect(await reply({})).toBe(0);
  expect(await reply({ parent_user_id: "UANN" })).toBe(1);
  expect(await reply({}, "what do you think, <@UANN>?")).toBe(1);
});

test("keywords are words", async () => {
  w.prefs.put({ highlight_words: "oven, flour" });
  for (const text of ["The oven is hot", "woven things", "more FLOUR!"]) server.post("CTOWN", "UBOB", text);
  await until("three", () => town().latest === server.messages.get("CTOWN")?.at(-1)?.ts);
  expect(town().mentions).toBe(2);
});
