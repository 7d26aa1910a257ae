// The elements of Block Kit that a person can act on.

import { ChevronDown, EllipsisVertical } from "lucide-react";
import { type ReactNode, useId } from "react";
import { strings } from "../../i18n";
import { plainText } from "../../text/plain";
import { safeUrl } from "../../text/url";
import { useApp } from "../hooks/app";
import { Button, cx, IconButton, Menu, MenuItem, Tooltip, useAnchor } from "../ui";
import { type Act, MarkupText, PlainText } from "./blocks";
import styles from "./elements.module.css";
import { RealHost, useFollow } from "./inline";
import type { KitButton, KitElement, KitOption } from "./kit";
import { Picture } from "./picture";

export interface ElementProps {
  readonly element: KitElement;
  /** What an action of the person's does; undefined: nothing can answer it. */
  readonly act: Act;
  /** Of the input around it. */
  readonly label?: string;
}

const accessoryBox = { width: 88, height: 88 };

export function Element({ element, act, label }: ElementProps) {
  switch (element.type) {
    case "image":
      return <Picture url={element.image.url} alt={element.image.alt} box={accessoryBox} />;
    case "button":
      return <KitButtonView button={element} act={act} />;
    case "select":
      return <SelectView element={element} act={act} label={label} />;
    case "overflow":
      return <Overflow element={element} act={act} />;
    case "picker":
      return (
        <Inert act={act}>
          <input
            type={element.of}
            className={styles.field}
            defaultValue={element.value}
            aria-label={label || element.placeholder || undefined}
            disabled={act === undefined}
            onChange={(e) => act?.(element.action, e.target.value)}
          />
        </Inert>
      );
    case "choices":
      return <Choices element={element} act={act} />;
    case "field":
      return <FieldView element={element} act={act} label={label} />;
  }
}

/** Says of what nobody can answer that it is so. */
function Inert({ act, children }: { readonly act: Act; readonly children: ReactNode }) {
  return act === undefined ? <Tooltip text={strings.blocks.inert}>{children}</Tooltip> : children;
}

function KitButtonView({ button, act }: { readonly button: KitButton; readonly act: Act }) {
  const app = useApp();
  const follow = useFollow();
  const url = safeUrl(button.url);
  const className = cx(styles.button, button.tone !== "plain" && styles[button.tone]);
  if (url !== undefined) {
    return (
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        className={className}
        aria-label={button.label}
        onClick={(e) => {
          act?.(button.action, button.value);
          follow(e, url);
        }}
      >
        <PlainText text={button.text} />
        <RealHost url={url} label={button.text} />
      </a>
    );
  }
  return (
    <Inert act={act}>
      <button
        type="button"
        className={className}
        aria-label={button.label}
        aria-disabled={act === undefined}
        onClick={() =>
          act === undefined ? app.toasts.show({ text: strings.blocks.inert }) : act(button.action, button.value)
        }
      >
        <PlainText text={button.text} />
      </button>
    </Inert>
  );
}

function words(option: KitOption): string {
  return plainText(option.text.nodes);
}

function SelectView({
  element,
  act,
  label,
}: {
  readonly element: KitElement & { type: "select" };
  readonly act: Act;
  readonly label?: string;
}) {
  return (
    <Inert act={act}>
      <span className={styles.select}>
        <select
          className={styles.field}
          defaultValue={element.chosen[0] ?? ""}
          aria-label={label || element.placeholder || strings.blocks.choose}
          disabled={act === undefined}
          onChange={(e) => act?.(element.action, e.target.value)}
        >
          <option value="">{element.placeholder || strings.blocks.choose}</option>
          {element.options.map((option, i) => (
            <option key={i} value={option.value}>
              {words(option)}
            </option>
          ))}
        </select>
        <ChevronDown size={16} aria-hidden />
      </span>
    </Inert>
  );
}

function Overflow({ element, act }: { readonly element: KitElement & { type: "overflow" }; readonly act: Act }) {
  const menu = useAnchor();
  const choose = (option: KitOption) => {
    if (option.url !== undefined) window.open(option.url, "_blank", "noopener,noreferrer");
    act?.(element.action, option.value);
  };
  return (
    <>
      <IconButton
        label={strings.blocks.options}
        icon={EllipsisVertical}
        onClick={(e) => menu.toggle(e.currentTarget)}
      />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={strings.blocks.options} onClose={menu.close}>
          {element.options.map((option, i) => (
            <MenuItem key={i} onSelect={() => choose(option)} disabled={act === undefined && option.url === undefined}>
              {words(option)}
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}

function Choices({ element, act }: { readonly element: KitElement & { type: "choices" }; readonly act: Act }) {
  const name = useId();
  return (
    <div className={styles.choices}>
      {element.options.map((option, i) => (
        <label key={i} className={styles.choice}>
          <input
            type={element.many ? "checkbox" : "radio"}
            name={name}
            defaultChecked={element.chosen.includes(option.value)}
            disabled={act === undefined}
            onChange={() => act?.(element.action, option.value)}
          />
          <span>
            <MarkupText text={option.text} />
            {option.description && <MarkupText text={option.description} className={styles.description} />}
          </span>
        </label>
      ))}
    </div>
  );
}

function FieldView({
  element,
  act,
  label,
}: {
  readonly element: KitElement & { type: "field" };
  readonly act: Act;
  readonly label?: string;
}) {
  const common = {
    className: styles.field,
    placeholder: element.placeholder,
    disabled: act === undefined,
    "aria-label": label || element.placeholder || undefined,
  };
  if (element.of === "file") return <Button disabled>{strings.blocks.choose}</Button>;
  return (
    <Inert act={act}>
      {element.multiline ? (
        <textarea
          {...common}
          rows={4}
          defaultValue={element.value}
          onBlur={(e) => act?.(element.action, e.target.value)}
        />
      ) : (
        <input
          {...common}
          type={element.of}
          defaultValue={element.value}
          onBlur={(e) => act?.(element.action, e.target.value)}
        />
      )}
    </Inert>
  );
}
