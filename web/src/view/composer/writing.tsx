import { ALargeSmall, ArrowUp, AtSign, CirclePlus, SmilePlus } from "lucide-react";
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { strings } from "../../i18n";
import { channelTitle } from "../../state/channel_title";
import type { ChannelID } from "../../wire/objects";
import { splitTone } from "../emoji/table";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import { Checkbox, cx, IconButton, useAnchor } from "../ui";
import { AbsentLine } from "./absent_line";
import { Attachments } from "./attachments";
import type { ComposerProps } from "./composer";
import styles from "./composer.module.css";
import { ComposerModel } from "./composer_model";
import { Editor, type EditorHandle } from "./editor";
import { LaterButton } from "./later";
import type { MessageEditor } from "./message_editor";
import { NoticeLine } from "./notice_line";
import { Toolbar } from "./toolbar";
import { TypingLine } from "./typing_line";
import { useComposerCommands } from "./use_composer_commands";
import { useFileDrop } from "./use_file_drop";

const t = strings.composer;
const EmojiPicker = lazy(() => import("../emoji/emoji_picker").then((m) => ({ default: m.EmojiPicker })));
const when = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  hour: "numeric",
  minute: "2-digit",
});

interface WritingProps extends ComposerProps {
  /** What had the focus when the person came here. */
  readonly from: Element | null;
}

/**
 * A composer with its editor. From one conversation to another the editor stays,
 * and only the text in it is another: to make it anew would take half of a switch.
 */
export function Writing({ channel, thread, onEditLast, onEscape, onSent, autoFocus, from }: WritingProps) {
  const app = useApp();
  const w = useWorkspace();
  const layout = useLayout();
  const model = useMemo(() => new ComposerModel(app, w, channel, thread), [app, w, channel, thread]);
  const box = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const handle = useRef<EditorHandle>(null);
  const [editor, setEditor] = useState<MessageEditor>();
  const name = useComputed(() => placeName(w, channel), [w, channel]);
  const self = useComputed(() => w.channels.get(channel).value?.user === w.self.value.id, [w, channel]);
  const wanted = useValue(useMemo(() => w.prefs.get<string>("taut_toolbar", ""), [w]));
  const wantsFocus = autoFocus ?? layout !== "phone";
  // Its code may have come late: who is elsewhere by then stays there.
  const late = useRef(document.activeElement !== from && document.activeElement !== document.body);
  const [focused, setFocused] = useState(wantsFocus && !late.current); // it is on its way there
  const toolbar = wanted === "shown" || (wanted === "" && layout !== "phone" && focused);
  const over = useFileDrop(box, (files) => model.addFiles(files));
  useComposerCommands(box, editor, thread !== undefined, {
    attach: () => picker.current?.click(),
    toolbar: () => void w.prefs.set("taut_toolbar", toolbar ? "hidden" : "shown").catch(() => {}),
  });
  useEffect(() => {
    const hidden = () => document.visibilityState === "hidden" && model.saveNow();
    const left = () => model.saveNow();
    document.addEventListener("visibilitychange", hidden);
    window.addEventListener("pagehide", left, true);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      window.removeEventListener("pagehide", left, true);
    };
  }, [model]);

  useLayoutEffect(() => {
    const undo = editor && model.attach(editor);
    if (wantsFocus && !late.current) editor?.focus();
    if (editor) late.current = false;
    return undo;
  }, [editor, model, wantsFocus]);

  useLayoutEffect(() => {
    model.onSent = onSent;
  }, [model, onSent]);
  return (
    <div className={styles.composer} ref={box}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears where the focus went */}
      <div className={cx(styles.box, over && styles.over, !editor && styles.unmade)} onFocus={() => setFocused(true)}>
        {editor && toolbar && <Toolbar editor={editor} onLink={() => handle.current?.editLink()} />}
        <Editor
          handle={handle}
          label={thread ? t.replyLabel : t.label(name)}
          placeholder={thread ? t.replyPlaceholder : self ? t.placeholderSelf : t.placeholder(name)}
          channel={channel}
          thread={thread}
          slash
          actions={{
            submit: () => model.submit(),
            up: () => onEditLast?.() ?? false,
            escape: () => {
              if (!onEscape || !editor?.blank.peek() || model.uploads.list.peek().length > 0) return false;
              onEscape();
              return true;
            },
            files: (files) => model.addFiles(files),
            changed: () => model.changed(),
          }}
          onReady={(made) => {
            setEditor(made);
            return () => setEditor(undefined);
          }}
        />
        <Attachments uploads={model.uploads} heir={editor?.view.dom} />
        {thread && <AlsoSend model={model} name={name} />}
        <div className={styles.actions}>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(e) => {
              model.addFiles([...(e.target.files ?? [])]);
              e.target.value = "";
              editor?.focus();
            }}
          />
          <IconButton label={t.attach} keys="Mod+U" icon={CirclePlus} onClick={() => picker.current?.click()} />
          <IconButton
            label={toolbar ? t.hideFormatting : t.showFormatting}
            keys="Mod+Shift+F"
            icon={ALargeSmall}
            aria-pressed={toolbar}
            onPointerDown={(e) => e.preventDefault()}
            onClick={() => void w.prefs.set("taut_toolbar", toolbar ? "hidden" : "shown").catch(() => {})}
          />
          <EmojiButton editor={editor} />
          <IconButton
            label={t.mention}
            icon={AtSign}
            onPointerDown={(e) => e.preventDefault()}
            onClick={() => editor?.type("@")}
          />
          <span className={styles.rest} />
          {editor && (
            <SendButtons
              model={model}
              editor={editor}
              onSend={() => {
                model.submit();
                editor.focus();
              }}
              onLater={async (at) => {
                const taken = await model.later(at);
                editor.focus();
                if (!taken) return;
                app.toasts.show({
                  text: t.laterDone(when.format(new Date(at * 1000))),
                  tone: "success",
                  action: { label: t.laterShow, run: () => app.navigate({ main: { type: "drafts" } }) },
                });
              }}
            />
          )}
        </div>
        {over && <div className={styles.drop}>{t.drop(name)}</div>}
      </div>
      <NoticeLine model={model} heir={editor?.view.dom} />
      <AbsentLine model={model} heir={editor?.view.dom} />
      <TypingLine channel={channel} thread={thread} editor={editor} />
    </div>
  );
}

/** "#general", or who the direct message is with. */
function placeName(w: ReturnType<typeof useWorkspace>, channel: ChannelID): string {
  const c = w.channels.get(channel).value;
  const title = channelTitle(w, c);
  return c && !c.is_im && !c.is_mpim ? `#${title}` : title;
}

function EmojiButton({ editor }: { readonly editor: MessageEditor | undefined }) {
  const picker = useAnchor();
  return (
    <>
      <IconButton
        label={t.emoji}
        icon={SmilePlus}
        aria-haspopup="dialog"
        aria-expanded={picker.anchor !== null}
        onClick={(e) => picker.toggle(e.currentTarget)}
      />
      {picker.anchor && (
        <Suspense>
          <EmojiPicker
            anchor={picker.anchor}
            placement="top-start"
            onClose={() => {
              picker.close();
              editor?.view.focus();
            }}
            onPick={(name) => {
              const { base, tone } = splitTone(name);
              editor?.insertEmoji(base, tone);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

interface SendProps {
  readonly model: ComposerModel;
  readonly editor: MessageEditor;
  readonly onSend: () => void;
  readonly onLater: (at: number) => void;
}

function SendButtons({ model, editor, onSend, onLater }: SendProps) {
  const blank = useValue(editor.blank);
  const files = useValue(model.uploads.list).length > 0;
  const running = useValue(model.running);
  const nothing = (blank && !files) || running;
  return (
    <span className={cx(styles.send, !nothing && styles.ready)}>
      <IconButton
        label={t.send}
        icon={ArrowUp}
        size="sm"
        className={styles.now}
        aria-disabled={nothing}
        onPointerDown={(e) => e.preventDefault()}
        onClick={() => !nothing && onSend()}
      />
      <LaterButton disabled={nothing} className={styles.later} onChoose={onLater} />
    </span>
  );
}

function AlsoSend({ model, name }: { readonly model: ComposerModel; readonly name: string }) {
  const on = useValue(model.broadcast);
  return (
    <div className={styles.also}>
      <Checkbox label={t.alsoSend(name)} checked={on} onChange={(now) => model.setBroadcast(now)} />
    </div>
  );
}
