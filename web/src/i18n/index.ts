import { common } from "./en/common";
import { shell } from "./en/shell";

/**
 * All texts, by area. A text with something in it is a function; dates and numbers
 * go through Intl. Another language is another object of the same type.
 */
export const strings = {
  common,
  shell,
};
