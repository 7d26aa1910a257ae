// What the buttons, menus and keys of a message do.

import { strings } from "../../i18n";
import type { App } from "../../state/app";
import { permalink, rightsOf } from "../../state/message_actions";
import { codeOf } from "../../state/remote";
import { savedMarksOf } from "../../state/saved_marks";
import { nameOf } from "../../state/users";
import type { Workspace } from "../../state/workspace";
import { messageTree, type Names, plainText } from "../../text/plain";
import type { Message } from "../../wire/objects";
import { openModal } from "../app/modals";
import type { ListState } from "./list_state";

export class MessageActions {
  constructor(
    readonly app: App,
    readonly w: Workspace,
    readonly state: ListState,
  ) {}

  private get channel(): string {
    return this.state.channel;
  }

  /** Reacts, or takes the person's own reaction back. */
  react(m: Message, name: string, on = !this.reacted(m, name)): void {
    this.tell(this.w.operations.react(this.channel, m.ts, name, on));
  }

  reacted(m: Message, name: string): boolean {
    const self = this.w.self.peek().id;
    return m.reactions?.some((r) => r.name === name && r.users.includes(self)) ?? false;
  }

  reply(m: Message): void {
    const ts = m.thread_ts ?? m.ts;
    this.app.navigate({ side: { type: "thread", channel: this.channel, ts } });
  }

  edit(key: string, m: Message): boolean {
    if (!rightsOf(m, this.w.self.peek()).edit) return false;
    this.state.editing.value = key;
    return true;
  }

  remove(m: Message): boolean {
    if (!rightsOf(m, this.w.self.peek()).remove) return false;
    openModal(this.app, "removeMessage", {
      message: m,
      onConfirm: () => this.tell(this.w.operations.remove(this.channel, m.ts)),
    });
    return true;
  }

  link(m: Message): string {
    return permalink(window.location.origin, this.channel, m);
  }

  copyLink(m: Message): void {
    this.copy(this.link(m));
  }

  copyText(m: Message): void {
    this.copy(plainText(messageTree(m.text, m.blocks), namesOf(this.w)));
  }

  forward(m: Message): void {
    openModal(this.app, "forward", { channel: this.channel, message: m });
  }

  pin(m: Message): void {
    const on = !m.pinned_to?.includes(this.channel);
    this.tell(this.w.operations.pin(this.channel, m.ts, on));
  }

  save(m: Message): void {
    const saved = savedMarksOf(this.w);
    const on = saved.of(this.channel, m.ts).peek() === undefined;
    this.tell(saved.save(this.channel, m.ts, on));
  }

  remind(m: Message, due: number): void {
    const when = new Date(due * 1000);
    const words = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(when);
    this.tell(
      savedMarksOf(this.w)
        .remind(this.channel, m.ts, due)
        .then(() => {
          this.app.toasts.show({ text: strings.messages.remindSet(words), tone: "success" });
        }),
    );
  }

  remindAt(m: Message): void {
    openModal(this.app, "pick_time", {
      title: strings.messages.remindTitle,
      action: strings.messages.remindTitle,
      onPick: (due) => this.remind(m, due),
    });
  }

  markUnread(m: Message): void {
    this.tell(this.state.markUnread(m.ts));
  }

  retry(key: string): void {
    this.w.outbox.retry(key);
    this.w.operations.retry(this.channel, key);
  }

  discard(key: string): void {
    this.w.outbox.discard(key);
    this.w.operations.discard(this.channel, key);
  }

  private copy(text: string): void {
    const { toasts } = this.app;
    const failed = () => toasts.show({ text: strings.messages.copyFailed, tone: "danger" });
    if (navigator.clipboard === undefined) failed();
    else navigator.clipboard.writeText(text).then(() => toasts.show({ text: strings.messages.copied }), failed);
  }

  /** Says what the server said where it refused: what was shown has gone back already. */
  private tell(doing: Promise<unknown>): void {
    doing.catch((error: unknown) => {
      this.app.toasts.show({ text: strings.messages.actionFailed(codeOf(error)), tone: "danger" });
    });
  }
}

/** What people call whom a text mentions, as far as it is known now. */
export function namesOf(w: Workspace): Names {
  const known = (name: string | undefined) => (name === "" ? undefined : name);
  return {
    user: (id) => known(nameOf(w.users.get(id).peek())),
    channel: (id) => w.channels.get(id).peek()?.name,
    usergroup: (id) => w.usergroups.get(id).peek()?.handle,
  };
}
