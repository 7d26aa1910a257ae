import { signal } from "@preact/signals-core";
import { expect, it } from "vitest";
import type { Connection } from "../net/connection";
import { Typing } from "./typing";
import type { Workspace } from "./workspace";

it("tells the others every few seconds, and right away where the first words came before the connection", () => {
  const connection = signal<Connection>({ state: "connecting" });
  let now = 1_760_000_000_000;
  let told = 0;
  const typing = new Typing({
    connection,
    platform: { clock: { now: () => now } },
    feed: { send: () => told++ },
  } as unknown as Workspace);
  typing.send("C1");
  connection.value = { state: "live" };
  expect(told).toBe(0);
  typing.send("C1");
  typing.send("C1");
  expect(told).toBe(1);
  now += 3_000;
  typing.send("C1");
  expect(told).toBe(2);
});
