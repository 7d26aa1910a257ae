import { expect, test } from "vitest";
import { FakeRemote, Refusal } from "../testing/fake_remote";
import type { Channel, User } from "../wire/objects";
import { Browse, browsed } from "./browse";
import { ChannelDetails, rightsOf } from "./channel_details";
import { asChannelName, nameFault } from "./channel_name";
import { CreateChannel } from "./create_channel";
import { addresses, Invite } from "./invite";
import { found, foundGroups, isWebhook, matches, sorted, standingOf } from "./people";
import { localTime, statusOf } from "./profile";

const user = (id: string, real_name: string, more: Partial<User> = {}): User => ({
  id,
  name: real_name.split(" ")[0]?.toLowerCase() ?? id,
  ...more,
  profile: { real_name, display_name: "", ...more.profile },
});

const people = [
  user("U1", "Zoë Müller"),
  user("U2", "Ada Love", { is_admin: true }),
  user("U3", "Gus Guest", { is_restricted: true }),
  user("U4", "Gone Girl", { deleted: true }),
  user("U5", "Bo Bot", { is_bot: true }),
];

test("people are found by any of their names, without accents", () => {
  expect(found(sorted(people), "", "all").map((u) => u.id)).toEqual(["U2", "U3", "U1"]);
  expect(found(people, "mull", "all").map((u) => u.id)).toEqual(["U1"]);
  expect(found(people, "@ada", "all").map((u) => u.id)).toEqual(["U2"]);
  expect(found(people, "", "guests").map((u) => u.id)).toEqual(["U3"]);
  expect(found(people, "", "admins").map((u) => u.id)).toEqual(["U2"]);
  expect(found(people, "", "deactivated").map((u) => u.id)).toEqual(["U4"]);
  expect(standingOf(user("U", "x", { is_ultra_restricted: true, is_restricted: true }))).toBe("single_guest");
  expect(matches("lo ad", ["Ada Love"])).toBe(true);
  expect(matches("ove", ["Ada Love"])).toBe(false);
});

test("the bots of webhooks are known", () => {
  expect(isWebhook(user("U7", "Alerts", { is_bot: true, name: "webhook-b0rryt0ifvr" }))).toBe(true);
  expect(isWebhook(user("U8", "Deploys", { is_bot: true, name: "deploys" }))).toBe(false);
});

test("groups that were switched off are not found", () => {
  const groups = [
    { id: "S1", name: "Bakers", handle: "bakers" },
    { id: "S2", name: "Old", handle: "old", date_delete: 5 },
  ];
  expect(foundGroups(groups, "").map((g) => g.id)).toEqual(["S1"]);
});

test("what time it is where somebody is", () => {
  const now = new Date("2026-01-15T21:30:00Z");
  expect(localTime(user("U", "x", { tz: "Asia/Tokyo" }), now, "en-GB", false)).toMatchObject({
    time: "06:30",
    night: true,
  });
  expect(localTime(user("U", "x", { tz: "Asia/Kolkata" }), now, "en-GB", false)?.time).toBe("03:00");
  expect(localTime(user("U", "x", { tz: "Nowhere/Land" }), now, "en", undefined)).toBeUndefined();
  expect(localTime(user("U", "x"), now, "en", undefined)).toBeUndefined();
});

test("a status ends", () => {
  const busy = user("U", "x", {
    profile: {
      real_name: "x",
      display_name: "",
      status_emoji: ":palm_tree:",
      status_text: "Away",
      status_expiration: 10,
    },
  });
  expect(statusOf(busy, 9_000)).toEqual({ emoji: "palm_tree", text: "Away", until: 10 });
  expect(statusOf(busy, 10_000)).toBeUndefined();
});

const channels: Channel[] = [
  { id: "C1", name: "general", num_members: 9, created: 1, is_member: true },
  {
    id: "C2",
    name: "bread",
    num_members: 3,
    created: 3,
    purpose: { value: "General questions of dough", creator: "", last_set: 0 },
  },
  { id: "C3", name: "old", num_members: 1, created: 2, is_archived: true },
];

test("channels are found by name first", () => {
  expect(browsed(channels, "", "all", "name").map((c) => c.id)).toEqual(["C2", "C1"]);
  expect(browsed(channels, "#gen", "all", "newest").map((c) => c.id)).toEqual(["C1", "C2"]);
  expect(browsed(channels, "", "archived", "name").map((c) => c.id)).toEqual(["C3"]);
  expect(browsed(channels, "", "all", "most").map((c) => c.id)).toEqual(["C1", "C2"]);
});

test("joining from the list counts", async () => {
  const remote = new FakeRemote({ "conversations.list": () => ({ channels }) });
  const browse = new Browse(remote, { join: async () => {}, leave: async () => {} });
  await browse.open();
  await browse.join("C2");
  expect(browse.channels.items.value[1]).toMatchObject({ is_member: true, num_members: 4 });
});

test("a channel's name is made as it is typed", () => {
  expect(asChannelName("Plan B. 2026!")).toBe("plan-b-2026");
  expect(nameFault("", () => false)).toBe("empty");
  expect(nameFault("--", () => false)).toBe("characters");
  expect(nameFault("here", () => false)).toBe("reserved");
  expect(nameFault("x".repeat(81), () => false)).toBe("too_long");
  expect(nameFault("bread", (n) => n === "bread")).toBe("taken");
});

test("a channel is made once, with its purpose", async () => {
  const remote = new FakeRemote({
    "conversations.create": () => ({ channel: { id: "C9", name: "new" } }),
    "conversations.setPurpose": () => ({}),
  });
  const create = new CreateChannel(remote, () => false);
  create.type("New ");
  expect((await create.create("why"))?.id).toBe("C9");
  expect(remote.of("conversations.create")).toEqual([{ name: "new", is_private: false }]);
  expect(remote.of("conversations.setPurpose")).toEqual([{ channel: "C9", purpose: "why" }]);
  remote.on("conversations.create", () => {
    throw new Refusal("name_taken");
  });
  expect(await create.create("")).toBeUndefined();
  expect(create.fault.value).toBe("taken");
});

test("addresses are taken out of what people paste", () => {
  expect(addresses("Ada <ada@x.example>, bob@x.example; BOB@x.example\nnobody  c@x.example d@x.example")).toEqual({
    valid: ["ada@x.example", "BOB@x.example", "c@x.example", "d@x.example"],
    invalid: ["nobody"],
  });
});

test("each invitation says what became of it", async () => {
  const remote = new FakeRemote({
    "manage.invites.create": ({ email }) => {
      if (email === "in@x.example") throw new Refusal("already_in_team");
      return { invite: { id: "I", email, url: "https://x.example/invite#c", mailed: true } };
    },
  });
  const invite = new Invite(remote);
  await invite.mail(["in@x.example", "new@x.example"]);
  expect(invite.sent.value.map((s) => s.state)).toEqual(["failed", "sent"]);
  invite.role.value = "single_guest";
  invite.channels.value = ["C1", "C2"];
  expect(invite.fault()).toBe("one_channel");
  await invite.makeLink(5, 7);
  expect(invite.link.value).toBeUndefined();
  invite.channels.value = ["C1"];
  await invite.makeLink(5, 7);
  expect(remote.of("manage.invites.create").at(-1)).toEqual({ role: "single_guest", channels: "C1", uses: 5, days: 7 });
});

test("what one may do to a channel", () => {
  const member = user("U1", "x");
  const channel: Channel = { id: "C1", name: "c", is_member: true, creator: "U2" };
  expect(rightsOf(channel, member)).toMatchObject({
    edit: true,
    invite: true,
    kick: false,
    rename: false,
    archive: false,
    leave: true,
  });
  expect(rightsOf({ ...channel, creator: "U1" }, member)).toMatchObject({ rename: true, archive: true, kick: true });
  expect(rightsOf({ ...channel, is_general: true }, user("U3", "x", { is_admin: true }))).toMatchObject({
    archive: false,
    rename: true,
    leave: false,
  });
  expect(rightsOf(channel, user("U4", "x", { is_restricted: true }))).toMatchObject({ invite: false });
  expect(rightsOf({ ...channel, is_member: false }, member)).toMatchObject({ edit: false, leave: false });
});

test("members, pins and files come in pages", async () => {
  const remote = new FakeRemote({
    "conversations.members": ({ cursor }) =>
      cursor === undefined ? { members: ["U1"], response_metadata: { next_cursor: "n" } } : { members: ["U2"] },
    "files.list": ({ page }) => ({ files: [{ id: `F${page}` }], paging: { page, pages: 2 } }),
    "conversations.kick": () => ({}),
    "conversations.invite": () => ({}),
  });
  const details = new ChannelDetails(remote, "C1");
  await details.members.load();
  await details.members.loadMore();
  await details.files.load();
  await details.files.loadMore();
  expect(details.members.items.value).toEqual(["U1", "U2"]);
  expect(details.files.items.value.map((f) => f.id)).toEqual(["F1", "F2"]);
  await details.kick("U1");
  await details.add(["U7"]);
  expect(details.members.items.value).toEqual(["U7", "U2"]);
});
