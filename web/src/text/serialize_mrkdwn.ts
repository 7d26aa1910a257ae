import type { DocNode, RichElement, RichInline, RichStyle } from "./serialize_types";

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

function unescapeMrkdwn(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function inlineText(elements: readonly RichInline[]): string {
  return elements.map((element) => styled(bareText(element), element.style)).join("");
}

function bareText(element: RichInline): string {
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
function styled(text: string, style: RichStyle | undefined): string {
  if (!style) return text;
  let signs = "";
  if (style.bold) signs += "*";
  if (style.italic) signs += "_";
  if (style.strike) signs += "~";
  if (style.code) signs += "`";
  const closing = [...signs].reverse().join("");
  return text.replace(/[^\s](?:[^\n]*[^\s])?/g, (part) => signs + part + closing);
}

const token = /<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>|:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?/g;

/**
 * The document for a text that has no blocks, as that of a /me message: its
 * mentions, links and emoji; styles stay the signs that they were written with.
 */
export function docOfText(text: string): DocNode {
  const content = text.split("\n").map((line): DocNode => {
    const nodes = lineNodes(line);
    return nodes.length > 0 ? { type: "paragraph", content: nodes } : { type: "paragraph" };
  });
  return { type: "doc", content };
}

function lineNodes(line: string): DocNode[] {
  const nodes: DocNode[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) nodes.push({ type: "text", text: unescapeMrkdwn(line.slice(at, to)) });
  };
  for (const match of line.matchAll(token)) {
    const node = tokenNode(match);
    if (!node) continue;
    plain(match.index);
    nodes.push(node);
    at = match.index + match[0].length;
  }
  plain(line.length);
  return nodes;
}

function tokenNode([, sign, body, label, emoji, tone]: RegExpMatchArray): DocNode | undefined {
  if (emoji !== undefined)
    return /[^0-9]/.test(emoji) ? { type: "emoji", attrs: { id: emoji, tone: Number(tone ?? 0) } } : undefined;
  if (!body) return undefined;
  if (sign === "@") return { type: "user", attrs: { id: body } };
  if (sign === "#") return { type: "channel", attrs: { id: body } };
  if (sign === "!") return commandNode(body);
  if (!/^(https?:|mailto:)/.test(body)) return undefined;
  const href = unescapeMrkdwn(body);
  return { type: "text", text: unescapeMrkdwn(label || body), marks: [{ type: "link", attrs: { href } }] };
}

function commandNode(body: string): DocNode | undefined {
  if (body === "here" || body === "channel" || body === "everyone") return { type: "broadcast", attrs: { id: body } };
  const group = /^subteam\^(\w+)$/.exec(body)?.[1];
  return group ? { type: "usergroup", attrs: { id: group } } : undefined;
}
