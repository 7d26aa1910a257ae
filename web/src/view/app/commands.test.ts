import { expect, test } from "vitest";
import type { App } from "../../state/app";
import { Commands } from "../../state/commands";
import { until } from "../../testing/platform";
import { Visits } from "../../testing/visits";
import { registerCommands } from "./commands";

test("who stars by a command is told where it is refused", async () => {
  const at = new Visits();
  const { w } = await at.live();
  const commands = new Commands(false);
  registerCommands({ commands, client: { main: { type: "channel", channel: "CTOWN" } } } as unknown as App, w);
  const told: string[] = [];
  w.operations.onRefused((code) => told.push(code));
  at.server.failures.set("users.prefs.set", ["invalid_arguments"]);
  expect(
    commands.all
      .peek()
      .find(({ id }) => id === "star")
      ?.run(),
  ).not.toBe(false);
  expect(w.channels.starred.peek().has("CTOWN")).toBe(true);
  await until("told", () => told.length > 0, at.clock);
  expect([told, w.channels.starred.peek().has("CTOWN")]).toEqual([["invalid_arguments"], false]);
  await at.closeAll();
});
