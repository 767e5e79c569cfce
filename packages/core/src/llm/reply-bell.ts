import type { Client } from "pg";
import type { Clock } from "../clock.ts";
import { oneLine } from "../errors.ts";
import type { Logger } from "../telemetry/logger.ts";
import { type ModelCalls, REPLIES_CHANNEL, type StoredReply } from "./model-calls.ts";

/** A notice that went with its connection is made up for after this. */
const LOOK_MS = 2_000;

/**
 * Waits for replies in `model_calls`: one connection that is told of them, made when first needed and again when it was
 * lost, and a look at the table every two seconds all the same.
 */
export class ReplyBell {
  readonly #calls: ModelCalls;
  readonly #connect: () => Promise<Client>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #waiting = new Map<string, (reply: StoredReply) => void>();
  #listening: Client | undefined;
  #running: Promise<void> | undefined;
  #rung = new AbortController();
  #isClosed = false;

  constructor(options: { calls: ModelCalls; connect: () => Promise<Client>; clock: Clock; logger: Logger }) {
    this.#calls = options.calls;
    this.#connect = options.connect;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** The reply to a call, or undefined when the signal aborts before there is one. A call is waited for once at a time. */
  replyTo(callId: string, signal: AbortSignal): Promise<StoredReply | undefined> {
    return new Promise((resolve) => {
      const settle = (reply?: StoredReply) => {
        signal.removeEventListener("abort", aborted);
        if (this.#waiting.get(callId) === settle) this.#waiting.delete(callId);
        resolve(reply);
      };
      const aborted = () => settle();
      if (signal.aborted) return resolve(undefined);
      signal.addEventListener("abort", aborted, { once: true });
      this.#waiting.set(callId, settle);
      this.#rung.abort();
      this.#running ??= this.#run();
    });
  }

  /** After the last question: whoever still waits is told nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#rung.abort();
    await this.#running;
    await this.#listening?.end();
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#isClosed) {
      this.#rung = new AbortController();
      try {
        // LISTEN first, then look: what is stored in between rings.
        await this.#listen();
        for (const reply of await this.#calls.replies([...this.#waiting.keys()])) {
          this.#waiting.get(reply.callId)?.(reply);
        }
      } catch (error) {
        this.#logger.warn("model.replies.unread", { error: oneLine(error) });
      }
      if (this.#waiting.size > 0) {
        await this.#clock.sleep(LOOK_MS, this.#rung.signal).catch(() => undefined); // it rang
      }
    }
    this.#running = undefined;
  }

  async #listen(): Promise<void> {
    if (this.#listening !== undefined) return;
    const client = await this.#connect();
    client.on("notification", () => this.#rung.abort());
    client.on("end", () => {
      if (this.#listening === client) this.#listening = undefined;
    });
    try {
      await client.query(`LISTEN ${REPLIES_CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined); // it is gone already: what LISTEN failed for
      throw error;
    }
    this.#listening = client;
  }
}
