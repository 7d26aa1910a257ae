import { expect, test } from "vitest";
import { type Answer, FakeRemote, Refusal } from "../testing/fake_remote";
import { Administration, atLeast, choicesFor, mayManage, roleFor, sectionsFor } from "./admin";
import { AdminApps } from "./admin_apps";
import { AdminEmoji, asEmojiName } from "./admin_emoji";
import { AdminGroups } from "./admin_groups";
import { AdminInvites, AuditLog, Usage } from "./admin_log";
import { AdminPeople, filterMembers, type ManagedUser } from "./admin_people";

test("pages follow what one may do", () => {
  expect(sectionsFor({})).toEqual([]);
  expect(sectionsFor({ add_emoji: true })).toEqual(["emoji"]);
  expect(sectionsFor({ manage_people: true })).toEqual(["members", "invites", "channels", "usage"]);
});

test("roles stand above each other", () => {
  expect(atLeast("owner", "admin")).toBe(true);
  expect(atLeast("member", "admin")).toBe(false);
  expect(mayManage("admin", "member")).toBe(true);
  expect(mayManage("admin", "admin")).toBe(false);
  expect(mayManage("member", "guest")).toBe(false);
  expect(choicesFor("manage_apps", "owner")).toEqual(["owner", "admin"]);
  expect(choicesFor("add_emoji", "admin")).toEqual(["admin", "member", "guest", "single_guest"]);
  expect(roleFor({ allow: { add_emoji: "admin" } }, "add_emoji")).toBe("admin");
  expect(roleFor({}, "add_emoji")).toBe("member");
});

test("settings are what the server answers", async () => {
  const remote = new FakeRemote({
    "manage.settings.get": () => ({ settings: {}, may: { manage_settings: true } }),
    "manage.settings.set": ({ settings }) => ({ settings, may: {} }),
  });
  const administration = new Administration(remote);
  await administration.open();
  expect(administration.may.value.manage_settings).toBe(true);
  await administration.change({ require_totp: true });
  expect(administration.settings.value.require_totp).toBe(true);
  remote.on("manage.settings.get", () => {
    throw new Refusal("no_answer");
  });
  await administration.open();
  expect(administration.load.value).toEqual({ state: "failed", code: "no_answer" });
});

const person = (id: string, more: Partial<ManagedUser> = {}): ManagedUser => ({
  id,
  name: id.toLowerCase(),
  real_name: `Name ${id}`,
  email: `${id}@x.example`,
  role: "member",
  deleted: false,
  is_bot: false,
  two_factor: false,
  date_create: 0,
  ...more,
});

test("members: bots are managed elsewhere, changes show what the server has now", async () => {
  const remote = new FakeRemote({
    "manage.users.list": () => ({
      users: [person("U1"), person("U2", { role: "guest" }), person("B", { is_bot: true })],
    }),
    "manage.users.setRole": ({ user, role }) => ({ user: person(String(user), { role: String(role) }) }),
    "manage.users.deactivate": ({ user }) => ({ user: person(String(user), { deleted: true }) }),
    "manage.users.resetPassword": ({ show }) =>
      show === true ? { url: "https://x.example/reset#c", mailed: false } : { mailed: true },
  });
  const admin = new AdminPeople(remote);
  await admin.open();
  await admin.setRole("U1", "admin");
  await admin.setActive("U2", false);
  expect(filterMembers(admin.users.items.value, "", "active").map((u) => [u.id, u.role])).toEqual([["U1", "admin"]]);
  expect(filterMembers(admin.users.items.value, "", "deactivated").map((u) => u.id)).toEqual(["U2"]);
  expect(filterMembers(admin.users.items.value, "u1@x", "no_two_factor").map((u) => u.id)).toEqual(["U1"]);
  expect(await admin.resetPassword("U1", false)).toBeUndefined();
  expect(await admin.resetPassword("U1", true)).toContain("/reset#");
});

test("a webhook's address is told, and not kept", async () => {
  const remote = new FakeRemote({
    "manage.webhooks.list": () => ({ webhooks: [] }),
    "manage.webhooks.create": ({ channel }) => ({
      webhook: {
        id: "B1",
        name: "incoming-webhook",
        channel,
        date_create: 1,
        url: "https://x.example/services/T/B/secret",
      },
    }),
    "manage.bots.create": ({ name }) => ({ bot: { id: "B2", user_id: "U2", app_id: "A", name, deleted: false } }),
    "manage.bots.tokens.create": () => ({ token: "xoxb-1" }),
  });
  const apps = new AdminApps(remote);
  await apps.webhooks.load();
  expect(await apps.createWebhook("C1", "")).toContain("secret");
  expect(JSON.stringify(apps.webhooks.items.value)).not.toContain("secret");
  const bot = await apps.createBot("deploys", "");
  expect(await apps.createToken(bot.id, ["chat:write", "users:read"])).toBe("xoxb-1");
  expect(remote.of("manage.bots.tokens.create")).toEqual([{ bot: "B2", scopes: "chat:write,users:read" }]);
});

class FormRemote extends FakeRemote {
  readonly sent: Readonly<Record<string, string | Blob>>[] = [];

  async form<T>(_method: string, fields: Readonly<Record<string, string | Blob>>): Promise<T> {
    this.sent.push(fields);
    return {} as T;
  }
}

test("emoji: with or without who made them", async () => {
  const answers: Record<string, Answer> = {
    "emoji.list": () => ({ emoji: { yay: "https://x.example/yay.png", hooray: "alias:yay" } }),
  };
  const remote = new FormRemote(answers);
  const admin = new AdminEmoji(remote);
  await admin.emoji.load();
  expect(admin.emoji.items.value.map((e) => [e.name, e.alias])).toEqual([
    ["hooray", "yay"],
    ["yay", undefined],
  ]);
  remote.on("emoji.adminList", () => ({
    emoji: [{ name: "yay", is_alias: 0, url: "u", user_id: "U1", created: 5, can_delete: false }],
  }));
  await admin.addPicture("new", new Blob(["x"]));
  expect(remote.sent[0]).toMatchObject({ mode: "data", name: "new" });
  expect(admin.emoji.items.value).toEqual([{ name: "yay", url: "u", user: "U1", created: 5, mayRemove: false }]);
  expect(asEmojiName("Party Parrot!.gif")).toBe("party-parrot");
  expect(asEmojiName("Yay.PNG")).toBe("yay");
});

test("groups, invitations, the log and usage", async () => {
  const remote = new FakeRemote({
    "usergroups.list": () => ({ usergroups: [{ id: "S1", name: "A", handle: "a", users: ["U1"] }] }),
    "usergroups.users.update": ({ users }) => ({
      usergroup: { id: "S1", name: "A", handle: "a", users: String(users).split(",") },
    }),
    "manage.invites.list": () => ({ invites: [{ id: "I1" }] }),
    "manage.invites.revoke": () => ({}),
    "manage.audit.list": ({ actor }) => ({ entries: [{ id: actor ?? "all" }], response_metadata: { next_cursor: "" } }),
    "manage.usage": () => ({ usage: { members: 3 } }),
  });
  const groups = new AdminGroups(remote);
  await groups.groups.load();
  await groups.setUsers("S1", ["U1", "U2"]);
  expect(groups.groups.items.value[0]?.users).toEqual(["U1", "U2"]);

  const invites = new AdminInvites(remote);
  await invites.invites.load();
  await invites.revoke("I1");
  expect(invites.invites.items.value).toEqual([]);

  const log = new AuditLog(remote);
  log.filter("U1", "");
  await expect.poll(() => log.entries.items.value.map((e) => e.id)).toEqual(["U1"]);

  const usage = new Usage(remote);
  await usage.open();
  expect(usage.facts.value?.members).toBe(3);
});
