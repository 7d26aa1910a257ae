/** What one may administer, and the workspace's settings. */
import { type Signal, signal } from "@preact/signals-core";
import type { Load } from "./paged";
import { codeOf, type Remote } from "./remote";

export const acts = [
  "invite_members",
  "invite_guests",
  "create_public_channels",
  "create_private_channels",
  "convert_channels",
  "mention_all",
  "upload_files",
  "add_emoji",
  "manage_user_groups",
  "manage_apps",
  "manage_people",
  "manage_settings",
  "read_audit",
  "export_data",
] as const;
export type Act = (typeof acts)[number];

export const roles = ["primary_owner", "owner", "admin", "member", "guest", "single_guest"] as const;
export type RoleName = (typeof roles)[number];

const order: readonly string[] = roles;

/** atLeast tells whether a role stands as high as another. */
export function atLeast(role: string, least: RoleName): boolean {
  const place = order.indexOf(role);
  return place >= 0 && place <= order.indexOf(least);
}

/** mayManage: everybody manages only those below themself; the primary owner and owners, those below them. */
export function mayManage(actor: string, other: string): boolean {
  const a = order.indexOf(actor);
  const b = order.indexOf(other);
  return a >= 0 && b >= 0 && a < b && a <= order.indexOf("admin");
}

/** Acts that can't be given to roles below admin. */
export const sensitive: ReadonlySet<Act> = new Set([
  "manage_apps",
  "manage_people",
  "manage_settings",
  "read_audit",
  "export_data",
]);

export const defaultRoles: Readonly<Record<Act, RoleName>> = {
  invite_members: "member",
  invite_guests: "admin",
  create_public_channels: "member",
  create_private_channels: "member",
  convert_channels: "admin",
  mention_all: "member",
  upload_files: "single_guest",
  add_emoji: "member",
  manage_user_groups: "admin",
  manage_apps: "admin",
  manage_people: "admin",
  manage_settings: "owner",
  read_audit: "owner",
  export_data: "owner",
};

export interface Settings {
  readonly allow?: Partial<Record<Act, RoleName>>;
  readonly retention_days?: number;
  readonly edit_minutes?: number;
  readonly storage_bytes?: number;
  readonly require_totp?: boolean;
}

export interface SettingsChange {
  readonly allow?: Partial<Record<Act, RoleName | "">>;
  readonly retention_days?: number;
  readonly edit_minutes?: number;
  readonly storage_bytes?: number;
  readonly require_totp?: boolean;
}

interface SettingsAnswer {
  readonly settings: Settings;
  readonly may: Partial<Record<Act, boolean>>;
}

export const adminSections = [
  "members",
  "invites",
  "channels",
  "bots",
  "groups",
  "emoji",
  "settings",
  "permissions",
  "audit",
  "usage",
] as const;
export type AdminSection = (typeof adminSections)[number];

const needs: Readonly<Record<AdminSection, readonly Act[]>> = {
  members: ["manage_people"],
  invites: ["manage_people"],
  channels: ["manage_settings", "manage_people"],
  bots: ["manage_apps"],
  groups: ["manage_user_groups"],
  emoji: ["add_emoji"],
  settings: ["manage_settings"],
  permissions: ["manage_settings"],
  audit: ["read_audit"],
  usage: ["manage_people"],
};

/** sectionsFor are the pages that somebody who may do these acts finds. */
export function sectionsFor(may: Partial<Record<Act, boolean>>): readonly AdminSection[] {
  return adminSections.filter((section) => needs[section].some((act) => may[act] === true));
}

export class Administration {
  readonly load: Signal<Load> = signal({ state: "idle" });
  readonly settings: Signal<Settings> = signal({});
  readonly may: Signal<Partial<Record<Act, boolean>>> = signal({});

  constructor(private readonly remote: Remote) {}

  /** open asks anew each time: roles and settings change. What is known stays meanwhile. */
  async open(): Promise<void> {
    if (this.load.peek().state !== "ready") this.load.value = { state: "loading" };
    try {
      this.take(await this.remote.call<SettingsAnswer>("manage.settings.get"));
      this.load.value = { state: "ready" };
    } catch (error) {
      this.load.value = { state: "failed", code: codeOf(error) };
    }
  }

  async change(settings: SettingsChange): Promise<void> {
    this.take(await this.remote.call<SettingsAnswer>("manage.settings.set", { settings }));
  }

  async renameWorkspace(name: string, domain: string): Promise<{ readonly name: string; readonly domain: string }> {
    const answer = await this.remote.call<{ team: { name: string; domain: string } }>("manage.workspace.update", {
      name,
      domain,
    });
    return answer.team;
  }

  private take({ settings, may }: SettingsAnswer): void {
    this.settings.value = settings;
    this.may.value = may;
  }
}

/** roleFor is the least role for an act, as the settings have it. */
export function roleFor(settings: Settings, act: Act): RoleName {
  return settings.allow?.[act] ?? defaultRoles[act];
}

/** choicesFor are the roles that an actor may give an act to. */
export function choicesFor(act: Act, actor: string): readonly RoleName[] {
  return roles.filter((role) => atLeast(actor, role) && (!sensitive.has(act) || atLeast(role, "admin")));
}
