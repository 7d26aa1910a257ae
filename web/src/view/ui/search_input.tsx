import { TextInput } from "./field";

export interface SearchInputProps {
  /** What is looked for: its label and its placeholder. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** It takes the focus when its dialog opens. */
  readonly first?: boolean;
}

/** Narrows down the list below it. */
export function SearchInput({ label, value, onChange, first }: SearchInputProps) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      {...(first && { "data-autofocus": true })}
    />
  );
}
