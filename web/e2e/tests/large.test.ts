import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, type SeededUser, Server } from "../harness/server";
import { eventually } from "../harness/wait";

let server: Server;
let town: Seeded;
let tower: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  town = await server.seed({ workspace: "town", users: 5_000, channels: 500, members: 50, messages: 2 });
  tower = await server.seed({ workspace: "tower", users: 2, channels: 1, messages: 10_000 });
  await server.start();
});
tidy(() => server);

test("a workspace of 5,000 people and 500 channels opens, and finds anybody", async () => {
  const owner = town.users[0];
  if (!owner) throw new Error("no owner");
  const ada = await Person.at(server, town, owner, town.channels.find((c) => c.members.includes(owner.id))?.name);
  await ada.log.locator("[data-key]").first().waitFor();
  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").fill("User 4711");
  await ada.page
    .getByRole("option", { name: /User 4711/ })
    .first()
    .waitFor();
  expect(ada.errors).toEqual([]);
});

/** What the list shows: the numbers of its messages by their rows, and where a row stands. */
interface View {
  readonly numbers: readonly number[];
  readonly tops: Readonly<Record<number, number>>;
}

const view = (who: Person): Promise<View> =>
  who.log.evaluate((log) => {
    const from = log.getBoundingClientRect();
    const tops: Record<number, number> = {};
    const numbers: number[] = [];
    for (const row of log.querySelectorAll("[data-key]")) {
      const number = Number(/Message (\d+) of/.exec(row.textContent ?? "")?.[1]);
      const at = row.getBoundingClientRect();
      if (!number || at.bottom < from.top || at.top > from.bottom) continue;
      numbers.push(number);
      tops[number] = at.top - from.top;
    }
    return { numbers, tops };
  });

/** As if all was read: who comes to a channel for the first time begins elsewhere. */
async function readAll({ token }: SeededUser, channel: string): Promise<void> {
  const { messages } = await server.call<{ messages: { ts: string }[] }>(token, "conversations.history", {
    channel,
    limit: "1",
  });
  await server.call(token, "conversations.mark", { channel, ts: messages[0]?.ts ?? "" });
}

/** A view without gaps, in order. */
function expectGapless({ numbers }: View): void {
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
}

test("a channel of 10,000 messages scrolls up and down without a gap or a jump, from its first message to its last", async () => {
  const reader = tower.users[0];
  if (!reader) throw new Error("no reader");
  const channel = tower.channels.at(-1);
  if (!channel) throw new Error("no channel");
  await readAll(reader, channel.id);
  const ada = await Person.at(server, tower, reader, channel.name);
  await ada.sees("Message 10000 of 10000");
  await ada.log.hover();

  let now = await view(ada);
  let jumps = 0;
  /** One turn of the wheel; what is in view both before and after it moved by as much as the wheel did, or less at an end. */
  const turn = async (by: number) => {
    const before = now;
    let looks = 0;
    await eventually("the list moves", async () => {
      // Again now and then: at the end of what is loaded there is nothing to turn to yet.
      if (looks++ % 20 === 0) await ada.page.mouse.wheel(0, by);
      now = await view(ada);
      return now.numbers.length > 0 && (now.numbers[0] !== before.numbers[0] || atEnd(now, by));
    });
    expectGapless(now);
    const kept = now.numbers.filter((n) => before.tops[n] !== undefined);
    const moves = kept.map((n) => (now.tops[n] ?? 0) - (before.tops[n] ?? 0));
    // All rows move alike: none is squeezed in between or taken out.
    if (moves.length > 1 && Math.max(...moves) - Math.min(...moves) > 4) jumps++;
  };
  const atEnd = (v: View, by: number) => v.numbers.includes(by < 0 ? 1 : 10_000);

  // By small turns first, over several pages that are put in front: the anchor stays.
  for (let i = 0; i < 12; i++) await turn(-500);
  expect(jumps).toBe(0);
  // Then the very first, and down from it over several pages that are put behind.
  await ada.page
    .getByRole("button", { name: /jump to a date/i })
    .first()
    .click();
  await ada.page.getByRole("menuitem", { name: "The very beginning" }).click();
  await ada.sees("Message 1 of 10000");
  await ada.log.hover();
  // The wheel is the person's own from here: one turn, right after the jump.
  await ada.page.mouse.wheel(0, 700);
  await eventually("the list moves", async () => {
    now = await view(ada);
    return (now.numbers[0] ?? 0) > 1;
  });
  expectGapless(now);
  for (let i = 0; i < 15; i++) await turn(3_000);
  // What was loaded on the way was there before: none of it is new.
  expect(await ada.page.getByRole("button", { name: /new messages? below/i }).count()).toBe(0);
  expect(now.numbers[0]).toBeGreaterThan(200);
  expect(await ada.page.locator("[data-key]").count()).toBeLessThan(300);
  for (let i = 0; i < 4; i++) await turn(-3_000);
  expect(jumps).toBe(0);
  await ada.page.getByRole("button", { name: /Jump to latest/ }).click();
  await ada.sees("Message 10000 of 10000");
});

test("a channel with more new messages than are loaded opens at the first of them, and marks only what is seen", async () => {
  const reader = tower.users[1];
  const channel = tower.channels.at(-1);
  if (!reader || !channel) throw new Error("no reader or channel");
  type History = { messages: { ts: string }[] };
  const call = <T>(method: string, args: Record<string, string>) =>
    server.call<T>(reader.token, method, { channel: channel.id, ...args });
  const { messages } = await call<History>("conversations.history", { limit: "300" });
  const ts = (n: number) => messages[10_000 - n]?.ts ?? "";
  await call("conversations.mark", { ts: ts(9701) });
  const read = async () => (await call<{ channel: { last_read: string } }>("conversations.info", {})).channel.last_read;

  const bob = await Person.at(server, tower, reader, channel.name);
  await bob.sees("Message 9702 of 10000");
  const line = bob.log.locator("[data-new-line]");
  await line.waitFor();
  await eventually("the first new message stands at the top, below its line", async () => {
    const now = await view(bob);
    return now.numbers.includes(9702) && (now.tops[9702] ?? 1000) < 200;
  });
  await eventually("what is seen is marked", async () => (await read()) > ts(9701));
  expect((await read()) < ts(9740)).toBe(true);

  // What is pressed goes once it has led somewhere: who did so by a key is in the list then.
  const inList = bob.log.and(bob.page.locator(":focus"));
  await bob.page.getByRole("button", { name: /Jump to latest/ }).press("Enter");
  await bob.sees("Message 10000 of 10000");
  await inList.waitFor();
  const pill = bob.page.getByRole("button", { name: /^299 new messages/ });
  await pill.press("Enter");
  await bob.sees("Message 9702 of 10000");
  await inList.waitFor();
  await line.waitFor();
  expect(bob.errors).toEqual([]);
});

test("what somebody writes into a message of theirs stays, however far they scroll meanwhile", async () => {
  const writer = tower.users[0];
  const channel = tower.channels.at(-1);
  if (!writer || !channel) throw new Error("no writer or channel");
  await readAll(writer, channel.id);
  const ada = await Person.at(server, tower, writer, channel.name);
  await ada.sees("Message 10000 of 10000");
  await ada.send("half right");
  await (await ada.sees("half right")).and(ada.page.locator("[data-key*='.']")).waitFor();
  await ada.page.keyboard.press("ArrowUp");
  const edit = ada.page.getByRole("textbox", { name: "Edit message" });
  await edit.and(ada.page.locator(":focus")).waitFor();
  await ada.page.keyboard.press("End");
  await ada.page.keyboard.type(", now");
  await ada.log.hover();
  await eventually("the message is out of sight, by far", async () => {
    await ada.page.mouse.wheel(0, -3_000);
    return ((await view(ada)).numbers.at(-1) ?? 10_000) < 9_900;
  });
  await ada.page.keyboard.type(" right");
  await expect.poll(() => edit.textContent()).toBe("half right, now right");
  await ada.page.keyboard.press("Enter");
  await ada.sees("half right, now right");
});
