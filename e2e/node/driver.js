// Drives @slack/web-api and @slack/rtm-api as a program would: one command per
// line of standard input, one answer or event per line of standard output.
//
//   {"id":1,"do":"call","method":"chat.postMessage","args":{…}}
//   {"id":2,"do":"pages","method":"conversations.history","args":{…}}
//   {"id":3,"do":"rtm"}
//   {"id":4,"do":"send","channel":"C…","text":"…"}
//   {"id":5,"do":"typing","channel":"C…"}
//   {"id":6,"do":"presence","users":["U…"]}
//   {"id":7,"do":"upload","path":"/…","channel":"C…","name":"…"}      by the SDK's own upload
//   {"id":8,"do":"download","url":"http://…","path":"/…"}
//   {"id":9,"do":"photo","path":"/…"}
//   {"id":10,"do":"webhook","url":"http://…","message":{…}}
//
// Answers are {"id":1,"ok":true,"result":{…}} or {"id":1,"ok":false,"error":"…"};
// events of the socket are {"event":{…}}.
import fs from 'node:fs';
import readline from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebClient } from '@slack/web-api';
import { RTMClient } from '@slack/rtm-api';
import { IncomingWebhook } from '@slack/webhook';

const token = process.env.SLACK_TOKEN;
const slackApiUrl = process.env.SLACK_API_URL;
const quiet = { debug() {}, info() {}, warn: log, error: log, setLevel() {}, getLevel() { return 'warn'; }, setName() {} };
const web = new WebClient(token, { slackApiUrl, logger: quiet });
let rtm;

function log(...words) { console.error(...words); }
function say(line) { process.stdout.write(JSON.stringify(line) + '\n'); }

// method finds the SDK's own function: chat.postMessage is web.chat.postMessage.
function method(name) {
  const path = name.split('.');
  const last = path.pop();
  const family = path.reduce((at, part) => at[part], web);
  return family[last].bind(family);
}

async function pages(name, args) {
  const all = [];
  for await (const page of web.paginate(name, args)) all.push(page);
  return { pages: all };
}

async function startRTM() {
  rtm = new RTMClient(token, { slackApiUrl, logger: quiet });
  rtm.on('slack_event', (_type, event) => say({ event }));
  const ready = new Promise((resolve) => rtm.once('ready', resolve));
  await rtm.start();
  await ready;
  return {};
}

async function upload(c) {
  const done = await web.filesUploadV2({ file: c.path, filename: c.name, channel_id: c.channel, initial_comment: `here is ${c.name}` });
  return { file: done.files[0].files[0] };
}

async function download(c) {
  const answer = await fetch(c.url, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body), fs.createWriteStream(c.path));
}

function run(c) {
  switch (c.do) {
    case 'call': return method(c.method)(c.args);
    case 'pages': return pages(c.method, c.args);
    case 'rtm': return startRTM();
    case 'send': return rtm.sendMessage(c.text, c.channel);
    case 'typing': return rtm.sendTyping(c.channel);
    case 'presence': return rtm.subscribePresence(c.users);
    case 'upload': return upload(c);
    case 'download': return download(c);
    case 'photo': return web.users.setPhoto({ image: fs.readFileSync(c.path) });
    case 'webhook': return new IncomingWebhook(c.url).send(c.message);
    default: throw new Error(`no command ${c.do}`);
  }
}

// errorName is Slack's own name of what failed, where it was Slack's.
const errorName = (err) => err?.original?.response?.data ?? err?.data?.error?.msg ?? err?.data?.error ?? String(err);

async function answer(line) {
  const command = JSON.parse(line);
  try {
    say({ id: command.id, ok: true, result: (await run(command)) ?? {} });
  } catch (err) {
    say({ id: command.id, ok: false, error: errorName(err) });
  }
}

readline.createInterface({ input: process.stdin }).on('line', answer).on('close', () => process.exit(0));
