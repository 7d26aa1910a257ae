// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { Random } from "../../testing/random";
import { type Drawn, draw } from "../../testing/stage";
import type { Message } from "../../wire/objects";
import { Body } from "../messages/body";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

/** What may stand anywhere, whatever belongs there. */
const junk: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e300,
  "",
  "x",
  "<@U1A>",
  "javascript:alert(1)",
  [],
  [null],
  [1],
  {},
  { text: {} },
];

const names = (
  "type text title value elements fields accessory element options option_groups rows blocks attachments files message_blocks " +
  "message url image_url thumb_url title_link from_url color ts short style border indent language name user_id channel_id " +
  "timestamp format fallback label hint placeholder action_id block_id id mimetype filetype original_w thumb_360 preview " +
  "is_share is_msg_unfurl permalink url_private size lines alt_text slack_file column_settings initial_options"
).split(" ");
const types = (
  "section header context divider image actions input rich_text markdown video table alert card carousel rich_text_section " +
  "rich_text_list rich_text_quote rich_text_preformatted text link emoji user channel usergroup broadcast color date button " +
  "overflow checkboxes radio_buttons static_select datepicker plain_text mrkdwn raw_text image/png audio/mp4 video/mp4"
).split(" ");

/** A value of some shape, with the names that the renderer looks for. */
function anything(r: Random, depth: number): unknown {
  if (depth === 0 || r.chance(0.25)) return r.pick(junk);
  if (r.chance(0.4)) return Array.from({ length: r.below(4) }, () => anything(r, depth - 1));
  const members = Array.from({ length: 1 + r.below(6) }, () => [r.pick(names), anything(r, depth - 1)]);
  return { ...(r.chance(0.8) && { type: r.pick(types) }), ...Object.fromEntries(members) };
}

it("whatever a message holds is drawn", () => {
  for (let seed = 0; seed < 150; seed++) {
    const r = new Random(seed);
    const parts = () => Array.from({ length: 1 + r.below(4) }, () => anything(r, 5));
    const message = { ts: "1760000000.000100", user: "U2B", text: r.pick(["", "hello", "*a"]), blocks: parts() };
    const more = { attachments: parts(), ...(r.chance(0.5) && { files: parts() }) };
    try {
      drawn = draw(<Body message={{ ...message, ...more } as unknown as Message} />);
    } catch (error) {
      throw new Error(`seed ${seed}: ${JSON.stringify({ ...message, ...more })}`, { cause: error });
    }
    expect(drawn.root.querySelector("script, iframe, [onerror], [href^='javascript']")).toBeNull();
    drawn.undo();
    drawn = undefined;
  }
}, 30_000);
