import { signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import { absentFrom } from "./absent";
import type { Workspace } from "./workspace";

function workspace(channel: object) {
  const asked: unknown[] = [];
  const people = new Map([
    ["U1", { id: "U1" }],
    ["U2", { id: "U2" }],
    ["U3", { id: "U3" }],
    ["U4", { id: "U4", deleted: true }],
  ]);
  const w = {
    self: signal({ id: "U1" }),
    channels: { peek: () => channel },
    users: { get: (id: string) => signal(people.get(id)) },
    api: {
      call: async (method: string, args: unknown) => {
        asked.push([method, args]);
        return { members: ["U2"] };
      },
    },
  };
  return { w: w as unknown as Workspace, asked };
}

test("whom a message names who isn't in the channel", async () => {
  const { w, asked } = workspace({ id: "C1" });
  const text = "<@U1> <@U2> <@U3|cy> <@U3> <@U4> <@U9> <@USLACKBOT> hello";
  expect(await absentFrom(w, "C1", text)).toEqual(["U3"]);
  expect(asked).toEqual([["client.membersAmong", { channel: "C1", users: "U2,U3,U4,U9" }]]);
});

test("nobody is asked about where there is nobody to miss", async () => {
  const direct = workspace({ id: "D1", is_im: true });
  expect(await absentFrom(direct.w, "D1", "<@U3>")).toEqual([]);
  const { w, asked } = workspace({ id: "C1" });
  expect(await absentFrom(w, "C1", "hello <@U1>")).toEqual([]);
  expect([...direct.asked, ...asked]).toEqual([]);
});
