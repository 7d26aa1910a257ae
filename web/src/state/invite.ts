/** Invitations: links for several people, and letters to addresses, for members or for guests of some channels. */
import { type Signal, signal } from "@preact/signals-core";
import { codeOf, type Remote } from "./remote";

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly channels: readonly string[];
  readonly uses_left: number;
  readonly creator: string;
  readonly date_create: number;
  readonly date_expire: number;
  /** Told once, to who made it. */
  readonly url?: string;
  readonly mailed: boolean;
}

export type InviteRole = "member" | "guest" | "single_guest";

/** What became of one address. */
export type Sent =
  | { readonly email: string; readonly state: "waiting" | "busy" }
  | { readonly email: string; readonly state: "sent"; readonly invitation: Invitation }
  | { readonly email: string; readonly state: "failed"; readonly code: string };

const addressPattern = /^[^\s@<>,;]+@[^\s@<>,;]+$/;

/** addresses takes what people paste, "Ada <ada@x.example>, bob@x.example", apart. */
export function addresses(text: string): { readonly valid: readonly string[]; readonly invalid: readonly string[] } {
  const valid = new Map<string, string>();
  const invalid: string[] = [];
  for (const part of text.split(/[,;\n]+|\s+(?=[^\s<>]+@)/)) {
    const piece = part.trim();
    if (piece === "") continue;
    const address = (/<([^<>]+)>/.exec(piece)?.[1] ?? piece).trim();
    if (addressPattern.test(address)) valid.set(address.toLowerCase(), address);
    else invalid.push(piece);
  }
  return { valid: [...valid.values()], invalid };
}

/** How many letters one sends at once. */
export const mostAddresses = 100;

export class Invite {
  readonly role: Signal<InviteRole> = signal("member");
  readonly channels: Signal<readonly string[]> = signal([]);
  readonly sent: Signal<readonly Sent[]> = signal([]);
  readonly busy = signal(false);
  readonly link: Signal<Invitation | undefined> = signal(undefined);
  readonly linkFault: Signal<string | undefined> = signal(undefined);

  constructor(private readonly remote: Remote) {}

  /** ready: a guest needs channels, of one channel exactly one. */
  fault(): "channels" | "one_channel" | undefined {
    const { length } = this.channels.peek();
    if (this.role.peek() === "guest" && length === 0) return "channels";
    return this.role.peek() === "single_guest" && length !== 1 ? "one_channel" : undefined;
  }

  /** mail sends one invitation after another, and says of each what became of it. */
  async mail(emails: readonly string[]): Promise<void> {
    if (this.busy.peek() || this.fault() !== undefined) return;
    this.busy.value = true;
    this.sent.value = emails.slice(0, mostAddresses).map((email) => ({ email, state: "waiting" }));
    for (const email of emails.slice(0, mostAddresses)) {
      this.note({ email, state: "busy" });
      try {
        const { invite } = await this.remote.call<{ invite: Invitation }>("manage.invites.create", {
          ...this.kind(),
          email,
        });
        this.note({ email, state: "sent", invitation: invite });
      } catch (error) {
        this.note({ email, state: "failed", code: codeOf(error) });
      }
    }
    this.busy.value = false;
  }

  async makeLink(uses: number, days: number): Promise<void> {
    if (this.busy.peek() || this.fault() !== undefined) return;
    this.busy.value = true;
    this.linkFault.value = undefined;
    try {
      const args = { ...this.kind(), uses, days };
      const { invite } = await this.remote.call<{ invite: Invitation }>("manage.invites.create", args);
      this.link.value = invite;
    } catch (error) {
      this.linkFault.value = codeOf(error);
    } finally {
      this.busy.value = false;
    }
  }

  private kind(): { role: InviteRole; channels?: string } {
    const role = this.role.peek();
    return role === "member" ? { role } : { role, channels: this.channels.peek().join(",") };
  }

  private note(one: Sent): void {
    this.sent.value = this.sent.peek().map((other) => (other.email === one.email ? one : other));
  }
}
