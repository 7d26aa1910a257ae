import { Plus, SmilePlus, Trash2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { admin } from "../../i18n/admin";
import { AdminEmoji, type CustomEmoji } from "../../state/admin_emoji";
import { folded } from "../../state/people";
import { openModal } from "../app/modals";
import { filePath } from "../blocks/picture";
import { Emoji } from "../emoji/emoji";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { PagedList } from "../listing/paged_list";
import { PersonLink } from "../listing/person";
import { useTry } from "../listing/use_try";
import { Button, EmptyState, IconButton, RowText, SearchInput } from "../ui";
import styles from "./admin.module.css";
import { EmojiModal } from "./emoji_modal";
import { SectionHead } from "./section_head";

const s = admin.emoji;

/** The workspace's own emoji: added, looked for, removed. */
export function EmojiSection() {
  const workspace = useWorkspace();
  const own = useMemo(() => new AdminEmoji(workspace.api), [workspace]);
  const all = useValue(own.emoji.items);
  const [query, setQuery] = useState("");
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    void own.emoji.load();
    return () => own.close();
  }, [own]);
  const wanted = folded(query.replaceAll(":", "").trim());
  const create = (
    <Button size="sm" tone="primary" icon={Plus} onClick={() => setAdding(true)}>
      {s.add}
    </Button>
  );
  return (
    <>
      <SectionHead section="emoji">{create}</SectionHead>
      {all.length > 0 && (
        <div className={styles.tools}>
          <SearchInput label={s.find} value={query} onChange={setQuery} />
          <span className={styles.count}>{s.count(all.length)}</span>
        </div>
      )}
      <div className={styles.scroll}>
        <PagedList
          list={own.emoji}
          empty={
            <EmptyState icon={SmilePlus} title={s.none} actions={create}>
              {s.noneText}
            </EmptyState>
          }
        >
          {(emoji) => (
            <ul className={styles.emojiGrid}>
              {emoji
                .filter((one) => folded(one.name).includes(wanted))
                .map((one) => (
                  <li key={one.name} className={styles.emojiCell}>
                    <EmojiCell own={own} one={one} />
                  </li>
                ))}
            </ul>
          )}
        </PagedList>
      </div>
      {adding && <EmojiModal own={own} close={() => setAdding(false)} />}
    </>
  );
}

function EmojiCell({ own, one }: { readonly own: AdminEmoji; readonly one: CustomEmoji }) {
  const app = useApp();
  const attempt = useTry();
  const remove = () =>
    openModal(app, "confirm", {
      title: s.removeSure(one.name),
      text: s.removeText,
      action: s.remove,
      danger: true,
      onConfirm: () =>
        void attempt(async () => {
          await own.remove(one.name);
          app.toasts.show({ text: s.removed });
        }),
    });
  return (
    <>
      <span className={styles.emojiPicture}>
        {one.url === undefined ? (
          <Emoji name={one.alias ?? one.name} size={28} />
        ) : (
          <img src={filePath(one.url)} alt="" width={32} height={32} loading="lazy" />
        )}
      </span>
      <RowText name={`:${one.name}:`}>
        {one.alias !== undefined && s.aliasOf(one.alias)}
        {one.alias === undefined && one.user !== undefined && (
          <>
            {s.by} <PersonLink id={one.user} />
          </>
        )}
      </RowText>
      {one.mayRemove && (
        <IconButton label={`${s.remove} :${one.name}:`} icon={Trash2} size="sm" tip="none" danger onClick={remove} />
      )}
    </>
  );
}
