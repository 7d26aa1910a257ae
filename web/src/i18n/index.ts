import { blocks } from "./en/blocks";
import { common } from "./en/common";
import { composer } from "./en/composer";
import { files } from "./en/files";
import { messages } from "./en/messages";
import { shell } from "./en/shell";
import { signin } from "./en/signin";

/**
 * All texts, by area. A text with something in it is a function; dates and numbers
 * go through Intl. Another language is another object of the same type.
 */
export const strings = {
  messages,
  files,
  blocks,
  common,
  composer,
  shell,
  signin,
};
