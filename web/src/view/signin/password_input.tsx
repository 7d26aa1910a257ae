import { Eye, EyeOff } from "lucide-react";
import { type InputHTMLAttributes, useState } from "react";
import { strings } from "../../i18n";
import { IconButton, TextInput } from "../ui";
import styles from "./card.module.css";

/** A password, which may be shown while it is typed. */
export function PasswordInput(props: Omit<InputHTMLAttributes<HTMLInputElement>, "type">) {
  const [shown, setShown] = useState(false);
  return (
    <span className={styles.password}>
      <TextInput {...props} type={shown ? "text" : "password"} spellCheck={false} autoCapitalize="none" required />
      <IconButton
        label={shown ? strings.signin.hidePassword : strings.signin.showPassword}
        icon={shown ? EyeOff : Eye}
        tip="none"
        className={styles.reveal}
        onClick={() => setShown(!shown)}
      />
    </span>
  );
}
