import { computed, effect, type ReadonlySignal, untracked } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { ChannelID, Ts } from "../wire/objects";
import { type Previews, Uploads } from "./uploads";
import { type KeptFile, KeptFiles } from "./uploads_kept";
import type { Workspace } from "./workspace";

/** The uploads of each composer: they go on while one looks at another conversation. */
class Rooms {
  readonly #rooms = new Map<string, Uploads>();
  /** Files of composers that were not opened yet. */
  readonly #waiting = new Map<string, KeptFile[]>();
  readonly #w: Workspace;
  readonly #kept: KeptFiles;
  /** Of each channel that has composers or files: whether the caller is in it no more. */
  readonly #lost = new Map<ChannelID, ReadonlySignal<boolean>>();
  readonly #undo: Undo[];

  constructor(w: Workspace) {
    this.#w = w;
    this.#kept = new KeptFiles(w);
    this.#kept.adopt({
      onAdopted: (file) => this.#restore(file),
      onLost: (keys) => {
        for (const uploads of this.#rooms.values()) uploads.lose(keys);
        for (const [room, files] of this.#waiting)
          this.#waiting.set(
            room,
            files.filter((file) => !keys.includes(file.key)),
          );
      },
    });
    this.#undo = [
      effect(() => {
        if (w.connection.value.state === "live") for (const uploads of this.#rooms.values()) uploads.resume();
      }),
    ];
  }

  of(channel: ChannelID, thread: Ts | undefined, previews: Previews): Uploads {
    const room = `${channel}/${thread ?? ""}`;
    let uploads = this.#rooms.get(room);
    if (!uploads) {
      this.#watch(channel);
      uploads = new Uploads(this.#w, previews, room, this.#kept);
      this.#rooms.set(room, uploads);
      for (const file of this.#waiting.get(room) ?? []) uploads.restore(file);
      this.#waiting.delete(room);
    }
    return uploads;
  }

  close(): void {
    for (const undo of this.#undo) undo();
    for (const uploads of this.#rooms.values()) uploads.close();
    this.#kept.close();
  }

  #restore(file: KeptFile): void {
    const { room } = file;
    const uploads = this.#rooms.get(room);
    if (uploads) uploads.restore(file);
    else this.#waiting.set(room, [...(this.#waiting.get(room) ?? []), file]);
    const channel = channelOf(room);
    if (this.#lost.get(channel)?.peek()) this.#drop(channel);
    else this.#watch(channel);
  }

  #watch(channel: ChannelID): void {
    if (this.#lost.has(channel)) return;
    const { channels } = this.#w;
    const lost = computed(() => channels.missing(channel).value || channels.get(channel).value?.is_member === false);
    this.#lost.set(channel, lost);
    this.#undo.push(lost.subscribe((is) => is && untracked(() => this.#drop(channel))));
  }

  /** The caller is not in the channel any more: nothing that was for it stays on this device. */
  #drop(channel: ChannelID): void {
    for (const [room, uploads] of this.#rooms) if (channelOf(room) === channel) uploads.clear();
    for (const [room, files] of this.#waiting) {
      if (channelOf(room) !== channel) continue;
      this.#kept.delete(files.map((file) => file.key));
      this.#waiting.delete(room);
    }
  }
}

function channelOf(room: string): ChannelID {
  return room.split("/")[0] ?? "";
}

const createRooms = (w: Workspace) => new Rooms(w);

/** The uploads of a conversation's or thread's composer. */
export function uploadsOf(w: Workspace, channel: ChannelID, thread: Ts | undefined, previews: Previews): Uploads {
  return w.part(createRooms).of(channel, thread, previews);
}
