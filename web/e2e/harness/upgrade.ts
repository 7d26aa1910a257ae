import { once } from "node:events";
import { createServer, type Server as Http, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Server } from "./server";

/** A build's file, where a page or another file names it. */
const named = /((?:\/assets\/|\.\/|assets\/)[\w.-]+)\.(js|css)\b/g;

/**
 * Stands before a server as a proxy does. From upgrade() on it serves what another
 * build would be: the same client, all of whose files have other names.
 */
export class Upgrading {
  readonly url: string;
  readonly #http: Http;
  readonly #sockets = new Set<Socket>();
  #next = false;

  private constructor(
    private readonly to: URL,
    http: Http,
    port: number,
  ) {
    this.#http = http;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async before(server: Server): Promise<Upgrading> {
    const http = createServer();
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const address = http.address();
    if (typeof address !== "object" || address === null) throw new Error("no port");
    const proxy = new Upgrading(new URL(server.url), http, address.port);
    http.on("request", (req, res) => proxy.#serve(req, res));
    http.on("upgrade", (req, socket: Socket) => proxy.#tunnel(req, socket));
    return proxy;
  }

  upgrade(): void {
    this.#next = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  #serve(req: IncomingMessage, res: ServerResponse): void {
    const path = req.url ?? "/";
    const isFile = /^\/assets\/[^?]+\.(js|css)$/.test(path);
    if (isFile && this.#next !== path.includes(".next.")) {
      res.writeHead(404).end();
      return;
    }
    const headers = { ...req.headers, "accept-encoding": "identity" };
    delete headers["if-none-match"];
    const asked = request(
      { host: this.to.hostname, port: this.to.port, method: req.method, path: path.replace(".next.", "."), headers },
      (answer) => void this.#answer(answer, res),
    );
    asked.on("error", () => res.destroy());
    req.pipe(asked);
  }

  async #answer(answer: IncomingMessage, res: ServerResponse): Promise<void> {
    const type = answer.headers["content-type"] ?? "";
    if (!this.#next || !/html|javascript/.test(type)) {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString().replace(named, "$1.next.$2");
    const { "content-length": _, etag: __, ...headers } = answer.headers;
    res.writeHead(answer.statusCode ?? 502, headers).end(body);
  }

  #tunnel(req: IncomingMessage, socket: Socket): void {
    const there = connect(Number(this.to.port), this.to.hostname, () => {
      const lines = req.rawHeaders.flatMap((name, i) => (i % 2 ? [] : [`${name}: ${req.rawHeaders[i + 1]}`]));
      there.write(`GET ${req.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      there.pipe(socket).pipe(there);
    });
    for (const end of [socket, there]) {
      this.#sockets.add(end);
      end.on("error", () => end.destroy());
      end.on("close", () => this.#sockets.delete(end));
    }
  }
}
