import { signal } from "@preact/signals-core";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../net/api";
import {
  findSlash,
  minutesIn,
  parseSlash,
  runSlash,
  type SlashCommand,
  type SlashContext,
  splitReminder,
} from "./slash";
import type { Workspace } from "./workspace";

function context(text: string): { c: SlashContext; call: ReturnType<typeof vi.fn>; sent: unknown[] } {
  const call = vi.fn(async () => ({}));
  const sent: unknown[] = [];
  const channels = {
    get: () => signal({ id: "C1", name: "here" }),
    list: signal([{ id: "C2", name: "random" }]),
    muted: signal(new Set(["C1"])),
    mute: vi.fn(async () => {}),
    invite: vi.fn(async () => {}),
    join: async () => {},
    browse: async () => [{ id: "C3", name: "far" }],
    openDM: async () => ({ id: "D1" }),
    leave: async () => {
      throw new ApiError("cant_leave_general");
    },
  };
  const users = { load: async () => {}, search: (name: string) => [{ id: "U7", name, profile: {} }] };
  const outbox = { send: (...args: unknown[]) => sent.push(args) };
  const w = { api: { call }, channels, users, outbox } as unknown as Workspace;
  return { c: { w, channel: "C1", text }, call, sent };
}

async function run(line: string) {
  const said = parseSlash(line);
  const command = findSlash(said?.name ?? "");
  if (!said || !command) throw new Error(`no command: ${line}`);
  const made = context(said.text);
  return { ...made, result: await runSlash(command, made.c) };
}

describe("slash commands", () => {
  it("are told from messages", () => {
    expect(parseSlash("/me waves")).toEqual({ name: "me", text: "waves" });
    expect(parseSlash("/usr/bin is full")).toBeUndefined();
    expect(parseSlash(" /me")).toBeUndefined();
    expect(findSlash("nonsense")).toBeUndefined();
  });

  it("call the API", async () => {
    const { call, result } = await run("/me is <@U2>");
    expect(call).toHaveBeenCalledWith("chat.meMessage", { channel: "C1", text: "is <@U2>" });
    expect(result).toEqual({ type: "done" });
    const { c } = context("is lost");
    const inThread = await runSlash(findSlash("me") as SlashCommand, { ...c, thread: "17.0001" });
    expect(inThread).toEqual({ type: "error", error: "in_thread" });
    expect((await run("/me")).result).toEqual({ type: "error", error: "usage" });
    expect((await run("/status :wave: Hi &amp; bye")).call).toHaveBeenCalledWith("users.profile.set", {
      profile: { status_text: "Hi & bye", status_emoji: ":wave:", status_expiration: 0 },
    });
    expect((await run("/dnd 1 hour 30 min")).call).toHaveBeenCalledWith("dnd.setSnooze", { num_minutes: 90 });
    expect((await run("/dnd soon")).result).toEqual({ type: "error", error: "duration" });
  });

  it("find people and channels by mention and by name", async () => {
    const invited = await run("/invite <@U2|bob> @ada");
    expect(invited.c.w.channels.invite).toHaveBeenCalledWith("C1", ["U2", "U7"]);
    expect((await run("/open random")).result).toEqual({ type: "go", to: { type: "channel", channel: "C2" } });
    expect((await run("/join #far")).result).toMatchObject({ to: { channel: "C3" } });
    const told = await run("/msg <@U2> good morning");
    expect(told.sent).toEqual([["D1", { text: "good morning" }]]);
    expect((await run("/mute")).result).toEqual({ type: "done", note: "unmuted" });
  });

  it("tell what the server refuses", async () => {
    expect((await run("/leave")).result).toEqual({ type: "error", error: "api", detail: "cant_leave_general" });
  });

  it("send text of their own", async () => {
    expect((await run("/shrug well")).result).toEqual({ type: "send", text: "well", plain: "¯\\_(ツ)_/¯" });
  });

  it("part a reminder from its time", () => {
    expect(splitReminder("me to water the plants in 20 minutes")).toEqual({
      text: "water the plants",
      time: "in 20 minutes",
    });
    expect(splitReminder("me tomorrow at 9am to call Bob")).toEqual({ text: "call Bob", time: "tomorrow at 9am" });
    expect(splitReminder('me "stand up" every weekday at 9:30')).toEqual({
      text: "stand up",
      time: "every weekday at 9:30",
    });
    expect(splitReminder("me of nothing")).toBeUndefined();
    expect(minutesIn("for 2 days")).toBe(2880);
    expect(minutesIn("1h")).toBe(60);
    expect(minutesIn("later")).toBeUndefined();
  });
});
