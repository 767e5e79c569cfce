import { Client } from "pg";
import { connectionOf, type DatabaseAddress } from "./connections.ts";
import { logLine } from "./log-line.ts";
import { absenceOf } from "./reading.ts";

/** What a page is told of the connection itself. */
export type FeedUpdate =
  /** Updates may be missed from now on, until the next greeting. */
  | { readonly kind: "lost" }
  /** Nothing new, and the database answered a moment ago. */
  | { readonly kind: "alive" };

type Tell<Update> = (update: Update) => void;

/** What is listened to, and what pages are told of it. A rejection makes all pages compare what they have again. */
export interface ListenerSource<Update> {
  readonly address: DatabaseAddress;
  readonly channels: readonly string[];
  /** What there is now. Read after LISTEN took effect, so that nothing falls between the two. */
  greet(): Promise<Update>;
  hear(payload: string, tell: Tell<Update>): Promise<void>;
  /** Asked with every sign of life, for what no notification tells of. */
  look?(tell: Tell<Update>): Promise<void>;
}

const PULSE_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

/**
 * Listens to one database on one connection, however many pages are open; none while no page is. The connection is asked
 * for a sign of life every ten seconds, because a peer that vanished looks just like one with nothing to say.
 */
export class DatabaseListener<Update> {
  readonly #source: ListenerSource<Update | FeedUpdate>;
  readonly #subscribers = new Set<Tell<Update | FeedUpdate>>();
  #client: Client | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #listening = false;

  constructor(source: ListenerSource<Update | FeedUpdate>) {
    this.#source = source;
  }

  /** Calls `tell` with every update until the returned function is called. */
  subscribe(tell: Tell<Update | FeedUpdate>): () => void {
    this.#subscribers.add(tell);
    const client = this.#client;
    if (this.#listening) void this.#greet([tell]).catch((error: unknown) => this.#lose(client, error));
    else {
      tell({ kind: "lost" });
      if (!this.#client && !this.#retry) void this.#connect();
    }
    return () => {
      this.#subscribers.delete(tell);
      if (this.#subscribers.size === 0) this.#close();
    };
  }

  #tell(update: Update | FeedUpdate, subscribers: Iterable<Tell<Update | FeedUpdate>> = this.#subscribers): void {
    for (const tell of [...subscribers]) tell(update);
  }

  async #connect(): Promise<void> {
    const client = new Client(connectionOf(this.#source.address));
    this.#client = client;
    client.on("error", (error) => this.#lose(client, error));
    client.on("end", () => this.#lose(client, undefined));
    client.on("notification", ({ payload }) => void this.#heard(payload ?? ""));
    try {
      await client.connect();
      for (const channel of this.#source.channels) await client.query(`LISTEN ${channel}`);
      if (this.#client !== client) return;
      await this.#greet(this.#subscribers);
      this.#listening = true;
      this.#retryMs = FIRST_RETRY_MS;
      this.#pulse = setInterval(() => void this.#check(client), PULSE_MS);
    } catch (error) {
      this.#lose(client, error);
    }
  }

  async #greet(subscribers: Iterable<Tell<Update | FeedUpdate>>): Promise<void> {
    this.#tell(await this.#source.greet(), subscribers);
  }

  async #check(client: Client): Promise<void> {
    const late = setTimeout(() => this.#lose(client, new Error(`no sign of life in ${PULSE_MS / 2} ms`)), PULSE_MS / 2);
    try {
      await client.query("SELECT 1");
      await this.#source.look?.((update) => this.#tell(update));
      if (this.#client === client) this.#tell({ kind: "alive" });
    } catch (error) {
      this.#lose(client, error);
    } finally {
      clearTimeout(late);
    }
  }

  async #heard(payload: string): Promise<void> {
    try {
      await this.#source.hear(payload, (update) => this.#tell(update));
    } catch (error) {
      // Whatever it was about, the pages have missed it: start over, so that they compare what they have.
      this.#lose(this.#client, error);
    }
  }

  #lose(client: Client | undefined, error: unknown): void {
    if (!client || this.#client !== client) return;
    this.#drop();
    this.#tell({ kind: "lost" });
    if (this.#subscribers.size === 0) return;
    if (error !== undefined && absenceOf(error) === "failed")
      logLine("database.listen.failed", {
        name: this.#source.address.name,
        error: String(error),
        retryMs: this.#retryMs,
      });
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#connect();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#listening = false;
    clearInterval(this.#pulse);
    // An end that fails finds the connection gone already, which is what it is for.
    client?.end().catch((error: unknown) => logLine("database.listen.end", { error: String(error) }));
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#drop();
  }
}
