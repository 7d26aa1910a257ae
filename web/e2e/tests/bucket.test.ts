import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Bucket } from "../harness/bucket";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";

let bucket: Bucket;
let server: Server;
let acme: Seeded;

beforeAll(async () => {
  bucket = await Bucket.start();
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 2, channels: 1, messages: 1 });
  await server.start("--config", bucket.settings);
});
tidy(() => server);
afterAll(() => bucket.end());

test("a picture goes to the bucket, and comes from there", async () => {
  const [a, b] = acme.users;
  const channel = acme.channels[0]?.name ?? "";
  if (!a || !b) throw new Error("no users");
  const [ada, bob] = await Promise.all([Person.at(server, acme, a, channel), Person.at(server, acme, b, channel)]);
  const sent: string[] = [];
  ada.page.on("response", (r) => {
    if (r.request().method() === "PUT" && r.url().startsWith(bucket.url)) sent.push(`${r.status()}`);
  });
  const fetched: string[] = [];
  bob.page.on("response", (r) => {
    if (r.url().startsWith(bucket.url)) fetched.push(`${r.status()}`);
  });

  await ada.page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "red.png", mimeType: "image/png", buffer: png(600, 400) });
  await ada.page.getByRole("img", { name: "red.png" }).waitFor();
  await ada.send("look at this");
  const got = await bob.sees("look at this");
  const picture = got.getByRole("img", { name: /red\.png/ }).first();
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((e) => (e as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  await expect.poll(() => sent).toEqual(["200"]);
  await expect.poll(() => fetched).toContain("200");
});

/** A picture of one color. */
function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc((1 + 3 * width) * height, 0xc0);
  for (let y = 0; y < height; y++) rows[y * (1 + 3 * width)] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(kind, 4, "latin1");
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}
