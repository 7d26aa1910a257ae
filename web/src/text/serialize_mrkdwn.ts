import { parseMrkdwn } from "./mrkdwn";
import type { Inline, RichElement, Style } from "./nodes";
import { docOf } from "./serialize";
import type { DocNode } from "./serialize_types";

/**
 * Slack's text markup of a rich_text block: what notifications, search and
 * clients without blocks read. The server escapes nothing that it is given here.
 */
export function mrkdwnOf(elements: readonly RichElement[]): string {
  return elements.map(elementText).join("\n").replace(/\n+$/, "");
}

function elementText(element: RichElement): string {
  switch (element.type) {
    case "rich_text_section":
      return inlineText(element.elements).replace(/\n$/, "");
    case "rich_text_preformatted":
      return `\`\`\`\n${inlineText(element.elements)}\n\`\`\``;
    case "rich_text_quote":
      return inlineText(element.elements)
        .split("\n")
        .map((line) => `&gt; ${line}`)
        .join("\n");
    case "rich_text_list": {
      const indent = "    ".repeat(element.indent ?? 0);
      const bullet = ["• ", "◦ ", "▪︎ "][Math.min(element.indent ?? 0, 2)];
      return element.elements
        .map((item, i) => {
          const sign = element.style === "ordered" ? `${(element.offset ?? 0) + i + 1}. ` : bullet;
          return indent + sign + inlineText(item.elements);
        })
        .join("\n");
    }
  }
}

export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function inlineText(elements: readonly Inline[]): string {
  return elements.map((element) => styled(bareText(element), element.style)).join("");
}

function bareText(element: Inline): string {
  switch (element.type) {
    case "text":
      return escapeMrkdwn(element.text);
    case "link":
      return element.text
        ? `<${escapeMrkdwn(element.url)}|${escapeMrkdwn(element.text)}>`
        : `<${escapeMrkdwn(element.url)}>`;
    case "user":
      return `<@${element.user_id}>`;
    case "usergroup":
      return `<!subteam^${element.usergroup_id}>`;
    case "channel":
      return `<#${element.channel_id}>`;
    case "broadcast":
      return `<!${element.range}>`;
    case "emoji":
      return `:${element.name}:${element.skin_tone ? `:skin-tone-${element.skin_tone}:` : ""}`;
    case "color":
      return element.value;
    case "date":
      return escapeMrkdwn(element.fallback ?? "");
  }
}

/** Signs go inside of the spaces at both ends, as `* a*` is not bold, and not over a line's end. */
function styled(text: string, style: Style | undefined): string {
  if (!style) return text;
  let signs = "";
  if (style.bold) signs += "*";
  if (style.italic) signs += "_";
  if (style.strike) signs += "~";
  if (style.code) signs += "`";
  const closing = [...signs].reverse().join("");
  return text.replace(/[^\s](?:[^\n]*[^\s])?/g, (part) => signs + part + closing);
}

/** The document for a text that has no blocks, as that of a /me message. */
export function docOfText(text: string): DocNode {
  return docOf([{ type: "rich_text", elements: parseMrkdwn(text) } as { type: string }]);
}
