import type { BrowserContext, BrowserContextOptions, Locator, Page, WebSocket } from "playwright-core";
import { device, signIn, watch } from "./browser";
import type { Seeded, SeededUser, Server } from "./server";

/** Somebody at a device, who finds things as people do: by what they are and are called. */
export class Person {
  readonly errors: readonly string[];
  readonly #sockets: WebSocket[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly workspace: Seeded,
    readonly user: SeededUser,
  ) {
    this.errors = watch(page, user.name);
    page.on("websocket", (socket) => this.#sockets.push(socket));
  }

  /** Opens the client on a device of their own, in a channel (the first one unless told). */
  static async at(
    server: Server,
    workspace: Seeded,
    user: SeededUser,
    channel = workspace.channels[0]?.name,
    o: BrowserContextOptions = {},
  ): Promise<Person> {
    const context = await device(server, o);
    await signIn(context, { workspace: workspace.domain, email: user.email, password: user.password });
    const p = new Person(await context.newPage(), context, workspace, user);
    await p.open(channel);
    return p;
  }

  /** The same person in another tab of the same browser. */
  async tab(channel = this.workspace.channels[0]?.name): Promise<Person> {
    const p = new Person(await this.context.newPage(), this.context, this.workspace, this.user);
    await p.open(channel);
    return p;
  }

  /** How many sockets the tab has open. */
  get sockets(): number {
    return this.#sockets.filter((socket) => !socket.isClosed()).length;
  }

  async open(channel?: string): Promise<void> {
    const id = this.workspace.channels.find((c) => c.name === channel)?.id;
    await this.page.goto(`/client/${this.workspace.id}${id ? `/${id}` : ""}`);
    await (id ? this.composer : this.sidebar).waitFor();
  }

  get sidebar(): Locator {
    return this.page.getByRole("navigation", { name: "Channels and messages" });
  }

  /** A channel or person in the sidebar. What is unread or mentions follows in the name. */
  inSidebar(name: string): Locator {
    return this.sidebar.getByRole("link", { name: new RegExp(`^${name}(?![\\w-])`) });
  }

  async go(name: string): Promise<void> {
    await this.inSidebar(name).click();
    await this.page.getByRole("textbox", { name: new RegExp(`^Message to #?${name}$`) }).waitFor();
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: /^Message to / });
  }

  get log(): Locator {
    return this.page.getByLabel(/^Messages in (?!the thread)/);
  }

  get thread(): Locator {
    return this.page.getByLabel("Messages in the thread");
  }

  get reply(): Locator {
    return this.page.getByRole("textbox", { name: "Reply in the thread" });
  }

  message(text: string, within: Locator | Page = this.log): Locator {
    return within.locator("[data-key]").filter({ hasText: text });
  }

  async send(text: string, composer = this.composer): Promise<void> {
    await composer.click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  async sees(text: string, within: Locator | Page = this.log): Promise<Locator> {
    const found = this.message(text, within);
    await found.first().waitFor();
    return found.first();
  }

  async misses(text: string, within: Locator | Page = this.log): Promise<void> {
    await this.message(text, within).first().waitFor({ state: "detached" });
  }

  /** The button of a message's toolbar. */
  async act(message: Locator, button: string | RegExp): Promise<void> {
    await message.hover();
    await message.getByRole("button", { name: button }).first().click();
  }

  /** An entry of a message's menu. */
  async more(message: Locator, entry: string | RegExp): Promise<void> {
    await this.act(message, "More actions");
    await this.page.getByRole("menuitem", { name: entry }).click();
  }
}
