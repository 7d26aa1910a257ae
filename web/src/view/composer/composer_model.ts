import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { strings } from "../../i18n";
import type { Undo } from "../../platform/platform";
import { absentFrom } from "../../state/absent";
import type { App } from "../../state/app";
import { draftsOf } from "../../state/drafts";
import { codeOf } from "../../state/remote";
import { schedule } from "../../state/scheduled";
import { findSlash, parseSlash, runSlash, type SlashResult } from "../../state/slash";
import type { Uploads } from "../../state/uploads";
import { uploadsOf } from "../../state/uploads_rooms";
import type { Workspace } from "../../state/workspace";
import { timelineKey } from "../../store/messages";
import { blockOf, type DocNode, docOf } from "../../text/serialize";
import { docOfText, mrkdwnOf } from "../../text/serialize_mrkdwn";
import type { Block, ChannelID, Ts, UserID } from "../../wire/objects";
import { openModal } from "../app/modals";
import type { MessageEditor } from "./message_editor";
import { previews } from "./previews";

/** What a composer's text says, in both forms that a message has. */
export interface Content {
  readonly text: string;
  readonly blocks: Block[];
}

export function contentOf(doc: DocNode): Content {
  const block = blockOf(doc);
  return block ? { text: mrkdwnOf(block.elements), blocks: [block as Block] } : { text: "", blocks: [] };
}

function isTooLong({ text, blocks }: Content): boolean {
  return text.length > maxText || JSON.stringify(blocks).length > maxBlocks;
}

/** The document that a message or a draft is edited as. */
export function docFor({ text, blocks }: { text: string; blocks?: readonly Block[] }): DocNode {
  return blocks?.some((b) => b.type === "rich_text") ? docOf(blocks) : docOfText(text);
}

export type Notice =
  | { readonly type: "unknownCommand"; readonly name: string }
  | { readonly type: "slash"; readonly result: SlashResult; readonly command: string }
  | { readonly type: "uploadsFailed" }
  | { readonly type: "tooManyFiles" }
  | { readonly type: "tooLong" }
  | { readonly type: "filesFirst" }
  | { readonly type: "api"; readonly code: string };

type Range = "here" | "channel" | "everyone";

const manyPeople = 6;
/** What the server takes: characters of text, and of blocks a little less than its bytes. */
const maxText = 40_000;
const maxBlocks = 90_000;
/** A draft is kept when its writer rests, and while they do not, so often. A page that goes keeps it at once. */
const draftRest = 250; // ms
const draftEvery = 1_500; // ms

/**
 * What a composer does, for one conversation or thread: it keeps the draft, holds
 * the files, and sends. The editor comes and goes with the view.
 */
export class ComposerModel {
  readonly uploads: Uploads;
  readonly broadcast: Signal<boolean> = signal(false);
  readonly notice: Signal<Notice | undefined> = signal(undefined);
  /** Whom the last message names who isn't in the conversation. */
  readonly absent: ReadonlySignal<readonly UserID[]>;
  /** Sent as soon as the files are there. */
  readonly waiting: ReadonlySignal<boolean>;
  /** A command that the server has not answered yet. */
  readonly running: ReadonlySignal<boolean>;

  readonly #app: App;
  readonly #w: Workspace;
  readonly #absent = signal<readonly UserID[]>([]);
  readonly #running = signal(false);
  #editor: MessageEditor | undefined;
  #saveTimer: Undo | undefined;
  /** When the first and the last change came that are not kept yet. */
  #begun = 0;
  #changed = 0;
  #saved: Ts | undefined;
  #saving = false;
  /** Counts the messages of which somebody may be absent: answers to a former one come too late. */
  #asked = 0;
  #undo: Undo[] = [];
  /** Called when something was sent. */
  onSent: (() => void) | undefined;

  constructor(
    app: App,
    w: Workspace,
    readonly channel: ChannelID,
    readonly thread: Ts | undefined,
  ) {
    this.#app = app;
    this.#w = w;
    this.absent = this.#absent;
    this.running = this.#running;
    this.uploads = uploadsOf(w, channel, thread, previews);
    this.waiting = computed(() => this.uploads.waiting.value !== undefined);
    this.broadcast.value = draftsOf(w).of(channel, thread).peek()?.broadcast ?? false;
  }

  /** Puts its text into the editor, until the function that is returned is called: then another's may come. */
  attach(editor: MessageEditor): Undo {
    const place = timelineKey(this.channel, this.thread);
    const draft = draftsOf(this.#w).of(this.channel, this.thread).peek();
    this.#saved = draft?.updated;
    this.#editor = editor;
    editor.takeUp(place, this.#saved, () => draft && docFor(draft));
    this.#undo = [effect(() => this.#takeDraft())];
    this.#waitOn(editor);
    return () => {
      this.saveNow();
      for (const undo of this.#undo) undo();
      this.#editor = undefined;
      editor.putAside(place, this.#saved);
    };
  }

  /** With each key: no more than a timer and a word to the typing notices. */
  changed(): void {
    if (this.notice.peek()) this.notice.value = undefined;
    this.stopWaiting(); // what is half written is not sent
    if (this.#editor && !this.#editor.blank.peek()) this.#w.typing.send(this.channel, this.thread);
    this.#changed = this.#w.platform.clock.now();
    if (this.#saveTimer) return;
    this.#begun = this.#changed;
    this.#saveIn(draftRest);
  }

  /** One timer for many keys: when it is due it looks whether more were typed. */
  #saveIn(ms: number): void {
    const { clock } = this.#w.platform;
    this.#saveTimer = clock.after(ms, () => {
      const now = clock.now();
      const rest = Math.min(this.#changed + draftRest, this.#begun + draftEvery) - now;
      if (rest > 0) return this.#saveIn(rest);
      this.#saveTimer = undefined;
      this.#save();
    });
  }

  /** What waits to be kept, kept at once: the view goes, or the page is hidden. */
  saveNow(): void {
    if (!this.#saveTimer) return;
    this.#saveTimer();
    this.#saveTimer = undefined;
    this.#save();
  }

  setBroadcast(on: boolean): void {
    this.broadcast.value = on;
    this.changed();
  }

  addFiles(files: readonly File[]): boolean {
    if (this.uploads.add(files.map((file) => ({ blob: file, name: file.name }))) > 0) {
      this.notice.value = { type: "tooManyFiles" };
    }
    return true;
  }

  stopWaiting(): void {
    this.uploads.stopWaiting();
  }

  /** Sends what is written, or says why not. True: the key was for this. */
  submit(): boolean {
    const editor = this.#editor;
    if (!editor || this.#running.peek()) return true;
    const doc = editor.doc;
    const content = contentOf(doc);
    const files = this.uploads.list.peek().length > 0;
    if (!content.text && content.blocks.length === 0 && !files) return true;
    if (!files && this.#runCommand(doc, content)) return true;
    if (isTooLong(content)) {
      this.notice.value = { type: "tooLong" };
      return true;
    }
    if (this.uploads.failed.peek()) this.notice.value = { type: "uploadsFailed" };
    else this.#ask(content, () => this.#sendWhole(content));
    return true;
  }

  /** Gives the message to the server, to be sent at a time in seconds. */
  async later(at: number): Promise<boolean> {
    const editor = this.#editor;
    if (!editor || (editor.blank.peek() && this.uploads.list.peek().length === 0)) return false;
    if (this.uploads.failed.peek() || this.uploads.busy.peek()) {
      this.notice.value = { type: this.uploads.failed.peek() ? "uploadsFailed" : "filesFirst" };
      return false;
    }
    const { text, blocks } = contentOf(editor.doc);
    const isStill = this.#watch();
    const files = this.uploads.peek();
    const thread = this.thread && { thread_ts: this.thread, reply_broadcast: this.broadcast.peek() };
    try {
      await schedule(this.#w, this.channel, { text, blocks, files, ...thread }, at);
    } catch (e) {
      this.notice.value = { type: "api", code: codeOf(e) };
      return false;
    }
    this.uploads.take(files);
    if (isStill()) this.#clear();
    return true;
  }

  /** Sends what a command made: text in Slack's markup, and words behind it that are none. */
  #sendMade(text: string, plain: string): void {
    const blocks = [...(docOfText(text).content ?? [])];
    const last = blocks.at(-1);
    const words: DocNode = { type: "text", text: text ? ` ${plain}` : plain };
    if (last?.type === "paragraph") blocks[blocks.length - 1] = { ...last, content: [...(last.content ?? []), words] };
    else blocks.push({ type: "paragraph", content: [words] });
    const content = contentOf({ type: "doc", content: blocks });
    this.#w.outbox.send(this.channel, { ...content, ...(this.thread && { thread_ts: this.thread }) });
    this.#lead();
  }

  #send(content: Content): void {
    const pictures = this.uploads.pictures();
    const files = this.uploads.take();
    this.#w.outbox.send(this.channel, {
      ...content,
      ...(this.thread && { thread_ts: this.thread }),
      ...(this.thread && this.broadcast.peek() && { reply_broadcast: true }),
      ...(files.length > 0 && { files }),
      ...(pictures.size > 0 && { pictures }),
    });
    this.#clear();
    void this.#tellAbsent(content.text);
    this.#lead();
  }

  /** Sends it with its files, when they are there. While one was asked, some may have failed. */
  #sendWhole(content: Content): void {
    if (this.uploads.failed.peek()) this.notice.value = { type: "uploadsFailed" };
    else if (this.uploads.busy.peek()) this.#wait(content);
    else this.#send(content);
  }

  #wait(content: Content): void {
    this.uploads.wait({ text: content.text, send: () => this.#sendWaited(content) });
  }

  /** Another composer of this place left a text to be sent when the files are there: this one sends it, if it still has it. */
  #waitOn(editor: MessageEditor): void {
    const waiting = this.uploads.waiting.peek();
    if (!waiting) return;
    const content = contentOf(editor.doc);
    if (waiting.text === content.text) this.#wait(content);
    else this.stopWaiting();
  }

  #sendWaited(content: Content): void {
    if (this.uploads.failed.peek()) this.notice.value = { type: "uploadsFailed" };
    else if (this.uploads.list.peek().length === 0)
      this.submit(); // they were taken out: it may be a command
    else if (this.#editor || !this.#isDraftNewer(this.#saved)) this.#send(content);
  }

  /** Who writes while they read old messages is led to what they wrote. */
  #lead(): void {
    if (!this.#editor) return;
    const timeline = this.thread ? this.#w.threads.of(this.channel, this.thread) : this.#w.timelines.of(this.channel);
    if (!timeline.atEnd.peek()) void timeline.jumpToLatest();
    this.onSent?.();
  }

  /** Brings those whom the last message names into the channel. */
  async addAbsent(): Promise<void> {
    const users = this.#absent.peek();
    this.dismissAbsent();
    try {
      await this.#w.channels.invite(this.channel, [...users]);
    } catch (e) {
      this.notice.value = { type: "api", code: codeOf(e) };
    }
  }

  dismissAbsent(): void {
    this.#absent.value = [];
  }

  async #tellAbsent(text: string): Promise<void> {
    this.dismissAbsent();
    const asked = ++this.#asked;
    try {
      const absent = await absentFrom(this.#w, this.channel, text);
      if (asked === this.#asked) this.#absent.value = absent;
    } catch {
      // Without an answer nobody is told: the message is what matters.
    }
  }

  #clear(): void {
    this.#saveTimer?.();
    this.#saveTimer = undefined;
    this.#saved = undefined;
    this.broadcast.value = false;
    this.notice.value = undefined;
    this.#editor?.setDoc(undefined);
    this.#saving = true;
    draftsOf(this.#w).remove(this.channel, this.thread);
    this.#saving = false;
  }

  /** A broadcast that many would hear is asked about first. */
  #ask(content: Content, then: () => void): void {
    const range = /<!(here|channel|everyone)>/.exec(content.text)?.[1] as Range | undefined;
    const channel = this.#w.channels.get(this.channel).peek();
    const people = (channel?.num_members ?? this.#w.channels.members(this.channel).ids.peek().length) - 1;
    if (!range || people < manyPeople) then();
    else {
      const t = strings.composer;
      const words = { title: t.warnTitle(people), text: t.warnText(range, people), action: t.warnSend };
      openModal(this.#app, "confirm", { ...words, onConfirm: then });
    }
  }

  /** Whether the text was a command, or was meant as one. */
  #runCommand(doc: DocNode, content: Content): boolean {
    const first = doc.content?.[0];
    const slash = first?.type === "paragraph" ? parseSlash(content.text) : undefined;
    if (!slash) return false;
    const command = findSlash(slash.name);
    if (!command) {
      this.notice.value = { type: "unknownCommand", name: slash.name };
      return true;
    }
    const isStill = this.#watch();
    this.#running.value = true;
    const context = {
      w: this.#w,
      channel: this.channel,
      ...(this.thread && { thread: this.thread }),
      text: slash.text,
    };
    runSlash(command, context)
      .then((result) => this.#ran(result, command.name, isStill()))
      .finally(() => {
        this.#running.value = false;
      });
    return true;
  }

  /** Gives a function that tells whether nothing was written since: in the editor, or where that is gone, in the draft. */
  #watch(): () => boolean {
    this.saveNow(); // a draft is known by its time
    const doc = () => JSON.stringify(this.#editor?.doc);
    const [before, saved] = [doc(), this.#saved];
    return () => (this.#editor ? doc() === before : !this.#isDraftNewer(saved));
  }

  /** Whether the draft is another than the one that was kept then. */
  #isDraftNewer(saved: Ts | undefined): boolean {
    return draftsOf(this.#w).of(this.channel, this.thread).peek()?.updated !== saved;
  }

  /** Whether one looks at this conversation; its composer goes with a channel that one leaves. */
  #isShown(): boolean {
    const { main, side } = this.#app.client ?? {};
    return !!this.#editor || [main, side].some((pane) => pane && "channel" in pane && pane.channel === this.channel);
  }

  /** isStill: the command is what is written. */
  #ran(result: SlashResult, command: string, isStill: boolean): void {
    if (result.type === "error") {
      this.notice.value = { type: "slash", result, command };
      return;
    }
    if (isStill) this.#clear();
    if (result.type === "send") return this.#sendMade(result.text, result.plain);
    if (!this.#isShown()) return; // who is elsewhere by now is not led away
    if (result.type === "go") this.#app.navigate({ main: result.to });
    else if (result.type === "show") openModal(this.#app, result.what);
    else this.notice.value = { type: "slash", result, command };
  }

  #save(): void {
    if (!this.#editor) return;
    const content = this.#editor.blank.peek() ? { text: "", blocks: [] } : contentOf(this.#editor.doc);
    this.#saving = true;
    this.#saved = draftsOf(this.#w).save(this.channel, this.thread, { ...content, broadcast: this.broadcast.peek() });
    this.#saving = false;
  }

  /** Another device went on with the draft: its text is put in, unless one is writing here. */
  #takeDraft(): void {
    const draft = draftsOf(this.#w).of(this.channel, this.thread).value;
    const editor = this.#editor;
    if (!editor || this.#saving || this.#saveTimer || draft?.updated === this.#saved) return;
    if (editor.focused && !editor.blank.peek()) return;
    this.stopWaiting();
    this.#saved = draft?.updated;
    this.broadcast.value = draft?.broadcast ?? false;
    editor.setDoc(draft && docFor(draft));
  }
}
