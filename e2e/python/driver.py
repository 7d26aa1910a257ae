"""Drives Python's slack_sdk as a program would: one command per line of
standard input, one answer or event per line of standard output.

    driver.py sync     WebClient and slack_sdk.rtm_v2 (threads)
    driver.py async    AsyncWebClient and slack_sdk.rtm (aiohttp)

The commands are those of e2e/node/driver.js.
"""

import asyncio
import json
import os
import sys
import shutil
import threading
import urllib.request

from slack_sdk.errors import SlackApiError
from slack_sdk.rtm import RTMClient as AsyncRTMClient
from slack_sdk.rtm_v2 import RTMClient
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

TOKEN = os.environ["SLACK_TOKEN"]
BASE_URL = os.environ["SLACK_API_URL"]

# slack_sdk.rtm has no way to hear of every event: each type is named.
EVENTS = """hello message user_typing presence_change reaction_added
reaction_removed member_joined_channel member_left_channel channel_created
channel_joined group_joined im_created mpim_joined channel_left group_left
channel_marked im_marked group_marked mpim_marked channel_rename group_rename
channel_archive channel_unarchive user_change team_join goodbye
manual_presence_change pref_change""".split()

output = threading.Lock()


def say(line):
    with output:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def method(web, name):
    """The SDK's own function: chat.postMessage is web.chat_postMessage."""
    return getattr(web, name.replace(".", "_"))


def plain(value):
    return getattr(value, "data", value) or {}


def download(c):
    request = urllib.request.Request(c["url"], headers={"Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(request, timeout=60) as answer, open(c["path"], "wb") as file:
        shutil.copyfileobj(answer, file)


def hooked(answer):
    if answer.status_code != 200:
        raise RuntimeError(answer.body)
    return {"text": answer.body}


def uploaded(done):
    return {"file": done["files"][0]}


def upload_args(c):
    return {"file": c["path"], "filename": c["name"], "channel": c["channel"], "initial_comment": "here is " + c["name"]}


def failed(command, err):
    name = err.response["error"] if isinstance(err, SlackApiError) else str(err) or repr(err)
    say({"id": command["id"], "ok": False, "error": name})


class Sync:
    def __init__(self):
        self.web = WebClient(TOKEN, base_url=BASE_URL)
        self.rtm = None
        self.last_id = 0

    def start(self):
        ready = threading.Event()
        self.rtm = RTMClient(token=TOKEN, base_url=BASE_URL, ping_interval=1)

        @self.rtm.on("*")
        def heard(client, event):
            if event.get("type") == "hello":
                ready.set()
            say({"event": event})

        self.rtm.connect()
        if not ready.wait(20):
            raise TimeoutError("no hello")

    def send(self, kind, **fields):
        self.last_id += 1
        self.rtm.send({"id": self.last_id, "type": kind, **fields})

    def run(self, c):
        do, args = c["do"], c.get("args") or {}
        if do == "call":
            return plain(method(self.web, c["method"])(**args))
        if do == "pages":
            return {"pages": [plain(page) for page in method(self.web, c["method"])(**args)]}
        if do == "rtm":
            return self.start()
        if do == "send":
            return self.send("message", channel=c["channel"], text=c["text"])
        if do == "typing":
            return self.send("typing", channel=c["channel"])
        if do == "presence":
            return self.send("presence_sub", ids=c["users"])
        if do == "upload":
            return uploaded(self.web.files_upload_v2(**upload_args(c)))
        if do == "download":
            return download(c)
        if do == "photo":
            return plain(self.web.users_setPhoto(image=c["path"]))
        if do == "webhook":
            return hooked(WebhookClient(c["url"]).send_dict(c["message"]))
        raise ValueError(do)

    def answer(self, command):
        try:
            say({"id": command["id"], "ok": True, "result": self.run(command) or {}})
        except Exception as err:  # whatever the SDK raises is the answer
            failed(command, err)

    def main(self):
        for line in sys.stdin:
            self.answer(json.loads(line))
        os._exit(0)  # the SDK's threads don't end by themselves


class Async:
    def __init__(self):
        self.web = AsyncWebClient(TOKEN, base_url=BASE_URL)
        self.rtm = None
        self.reader = None

    async def start(self):
        ready = asyncio.Event()

        def listen(kind):
            async def heard(**payload):
                if kind == "hello":
                    ready.set()
                say({"event": {"type": kind, **(payload["data"] or {})}})

            AsyncRTMClient.on(event=kind, callback=heard)

        for kind in EVENTS:
            listen(kind)
        self.rtm = AsyncRTMClient(token=TOKEN, base_url=BASE_URL, run_async=True, loop=asyncio.get_running_loop())
        self.reader = self.rtm.start()
        await asyncio.wait_for(ready.wait(), 20)

    async def pages(self, name, args):
        return {"pages": [plain(page) async for page in await method(self.web, name)(**args)]}

    async def run(self, c):
        do, args = c["do"], c.get("args") or {}
        if do == "call":
            return plain(await method(self.web, c["method"])(**args))
        if do == "pages":
            return await self.pages(c["method"], args)
        if do == "rtm":
            return await self.start()
        if do == "send":
            return await self.rtm.send_over_websocket(payload={"type": "message", "channel": c["channel"], "text": c["text"]})
        if do == "typing":
            return await self.rtm.typing(channel=c["channel"])
        if do == "presence":
            return await self.rtm.send_over_websocket(payload={"type": "presence_sub", "ids": c["users"]})
        if do == "upload":
            return uploaded(await self.web.files_upload_v2(**upload_args(c)))
        if do == "download":
            return await asyncio.to_thread(download, c)
        if do == "photo":
            return plain(await self.web.users_setPhoto(image=c["path"]))
        if do == "webhook":
            return hooked(await AsyncWebhookClient(c["url"]).send_dict(c["message"]))
        raise ValueError(do)

    async def answer(self, command):
        try:
            say({"id": command["id"], "ok": True, "result": await self.run(command) or {}})
        except Exception as err:  # whatever the SDK raises is the answer
            failed(command, err)

    async def main(self):
        lines = asyncio.StreamReader(limit=1 << 20)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            await self.answer(json.loads(line))
        os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "async":
        asyncio.run(Async().main())
    else:
        Sync().main()
