import { preferences } from "../../i18n/en/preferences";
import { Switch } from "../ui";
import styles from "./preferences.module.css";
import { usePref } from "./use_pref";

const t = preferences.writing;

export function WritingSection() {
  const [enterSends, setEnterSends] = usePref("taut_enter_sends", true);
  const [faces, setFaces] = usePref("taut_convert_faces", true);
  return (
    <div className={styles.group}>
      <Switch label={t.enter} hint={t.enterHint} checked={enterSends} onChange={setEnterSends} />
      <Switch label={t.faces} hint={t.facesHint} checked={faces} onChange={setFaces} />
    </div>
  );
}
