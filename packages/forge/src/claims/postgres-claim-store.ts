import { OperationalError, oneLine, UserError } from "@alphaforge/core/errors";
import { failpoint } from "@alphaforge/core/failpoints";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Client, PoolClient, QueryResult } from "pg";
import { type ClaimRow, rowOf, withRows } from "./claim-rows.ts";
import {
  BEGIN_DECISION,
  BEGIN_READING,
  CHANNEL,
  type ClaimReading,
  FLUSH,
  prepareClaimStatements,
  readText,
  writeText,
} from "./claim-statements.ts";
import type { ClaimStore, WhileCurrent } from "./claim-store.ts";
import type { ClaimStoreOptions } from "./claim-store-options.ts";
import { untilExpiry } from "./next-expiry.ts";
import { readWish } from "./read-wish.ts";
import type { ClaimWish, HeldClaim, LiveClaim } from "./rules/claim.ts";
import {
  type Advance,
  advanceBook,
  type ClaimAnswer,
  type ClaimBook,
  type ClaimCommand,
  type CommandAnswer,
  type TokenAnswer,
} from "./rules/claim-book.ts";
import { listOf } from "./rules/list-of.ts";
import { inTokenOrder, staleOf } from "./stale-of.ts";
import { Waiters } from "./waiters.ts";

/**
 * Claims in PostgreSQL, for any number of processes; needs FORGE_MIGRATIONS. Every decision is one transaction under
 * one advisory lock, by the same pure rules as in memory. A process keeps the live claims and reads only what changed
 * since; what it is asked while a transaction runs goes into the next one together. Answers are on disk before they are
 * given, and the lock is let go of before that: many processes share one sync to disk.
 */
export function postgresClaimStore(store: Store, options: ClaimStoreOptions): ClaimStore {
  return new PostgresClaimStore(store, options);
}

interface Request {
  readonly command: ClaimCommand;
  readonly resolve: (answer: CommandAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const CLOSED = "the claim store was closed";
class PostgresClaimStore implements ClaimStore {
  readonly #store: Store;
  readonly #options: ClaimStoreOptions;
  readonly #waiters = new Waiters();
  #requests: Request[] = [];
  #mustLook = false;
  #mustRead = false;
  #working: Promise<void> | undefined;
  #book: ClaimBook = { live: new Map(), lastToken: 0 };
  /** Number of the last change that the book holds; undefined before the first reading and after a failure. */
  #lastChange: number | undefined;
  #alarm = new AbortController();
  #listening: Promise<Client> | undefined;
  #isClosed = false;

  constructor(store: Store, options: ClaimStoreOptions) {
    this.#store = store;
    this.#options = options;
  }

  async claim(wish: ClaimWish): Promise<ClaimAnswer> {
    return (await this.#ask({ do: "claim", wish: readWish(wish, this.#options.rules) })) as ClaimAnswer;
  }

  async wait(id: string, signal?: AbortSignal): Promise<HeldClaim> {
    signal?.throwIfAborted();
    // Listening comes first: a grant made after it is heard of, one made before it is read.
    await this.#listen();
    if (this.#isClosed) throw new OperationalError(CLOSED);
    signal?.throwIfAborted();
    const waiting = this.#waiters.add(id, signal);
    this.#mustLook = true;
    this.#work();
    return waiting;
  }

  heartbeat(token: number): Promise<TokenAnswer> {
    return this.#ask({ do: "heartbeat", token }) as Promise<TokenAnswer>;
  }

  release(token: number): Promise<TokenAnswer> {
    return this.#ask({ do: "release", token }) as Promise<TokenAnswer>;
  }

  withdraw(id: string): Promise<TokenAnswer> {
    return this.#ask({ do: "withdraw", id }) as Promise<TokenAnswer>;
  }

  async isCurrent(token: number): Promise<boolean> {
    return (await this.#check(token)).ok;
  }

  async whileCurrent<T>(tokens: readonly number[], work: () => Promise<T>): Promise<WhileCurrent<T>> {
    const ordered = inTokenOrder(tokens);
    if (ordered.length === 0) return { ok: true, value: await work() };
    const found = staleOf(ordered, await Promise.all(ordered.map((token) => this.#check(token))));
    if (found !== undefined) return found;
    // Whoever ends a claim changes its row, and waits for this transaction to let go of it.
    return this.#transaction(async (client) => {
      // Locks alone: a crash of the server takes them in any case.
      await client.query("BEGIN; SET LOCAL synchronous_commit = off");
      const { rows } = await client.query<{ token: number }>(
        "SELECT token FROM forge_claims WHERE token = ANY ($1) AND state = 'held' ORDER BY token FOR UPDATE",
        [ordered],
      );
      const held = new Set(rows.map(({ token }) => token));
      const answers = ordered.map((token): TokenAnswer => {
        if (held.has(token)) return { ok: true };
        return { ok: false, reason: `token ${token} is not current: it ended a moment ago; claim anew` };
      });
      const answer = staleOf(ordered, answers) ?? { ok: true as const, value: await work() };
      await client.query("COMMIT");
      return answer;
    });
  }

  async list(): Promise<readonly LiveClaim[]> {
    // A token that nobody was given: the answer does not matter, the look does.
    await this.#check(0);
    return listOf(this.#book.live);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#alarm.abort();
    this.#waiters.rejectAll(new OperationalError(CLOSED));
    await this.#working;
    const client = await this.#listening?.catch(() => undefined);
    await client?.end();
  }

  #check(token: number): Promise<TokenAnswer> {
    return this.#ask({ do: "check", token }) as Promise<TokenAnswer>;
  }

  #ask(command: ClaimCommand): Promise<CommandAnswer> {
    if (this.#isClosed) return Promise.reject(new OperationalError(CLOSED));
    return new Promise((resolve, reject) => {
      this.#requests.push({ command, resolve, reject });
      this.#work();
    });
  }

  #work(): void {
    this.#working ??= this.#workOff();
  }

  async #workOff(): Promise<void> {
    // What is asked in the same turn of the event loop goes together.
    await Promise.resolve();
    while (this.#requests.length > 0 || this.#mustLook || this.#mustRead) {
      const requests = this.#requests;
      const isDecision = requests.length > 0 || this.#mustLook;
      this.#requests = [];
      this.#mustLook = false;
      this.#mustRead = false;
      try {
        if (isDecision) await this.#decide(requests);
        else await this.#look();
        this.#settle();
      } catch (cause) {
        // Whether the database took it is not known: read everything anew before the next decision.
        this.#lastChange = undefined;
        const error = new OperationalError(`cannot decide claims: ${oneLine(cause)}`, { cause });
        for (const { reject } of requests) reject(error);
        this.#waiters.rejectAll(error);
      }
    }
    // In the same turn as the last look at what is asked: nothing can be asked in between and be left lying.
    this.#working = undefined;
  }

  async #decide(requests: readonly Request[]): Promise<void> {
    const { clock, monotonic, leaseMs } = this.#options;
    const settled = await this.#transaction(async (client) => {
      const wished = requests.flatMap(({ command }) => (command.do === "claim" ? [command.wish.id] : []));
      const { ended, isNew } = await this.#read(client, BEGIN_DECISION, wished);
      const open = requests.filter(({ command }) => command.do !== "claim" || !ended.has(command.wish.id));
      const now = clock.now();
      const commands = open.map(({ command }) => command);
      const advance = advanceBook(this.#book, commands, { now, monotonic: monotonic(), leaseMs });
      const { text, lastChange } = this.#writing(client, advance, now);
      failpoint("claims.before-commit");
      if (text !== undefined) await client.query(`${text}; COMMIT; ${FLUSH}`);
      else await client.query(isNew ? `COMMIT; ${FLUSH}` : "COMMIT");
      failpoint("claims.after-commit");
      return { open, advance, lastChange };
    });
    // Only now, durable.
    this.#book = settled.advance.book;
    this.#lastChange = settled.lastChange;
    const open = new Map(settled.open.map((request, index) => [request, settled.advance.answers[index]]));
    for (const request of requests) {
      const answer = open.get(request);
      if (answer !== undefined) request.resolve(answer);
      else if (request.command.do === "claim") {
        request.reject(new UserError(`claim ${request.command.wish.id} has ended: claim anew under another id`));
      }
    }
  }

  /** What others have changed, without deciding anything. */
  async #look(): Promise<void> {
    await this.#transaction(async (client) => {
      const { isNew } = await this.#read(client, BEGIN_READING, []);
      await client.query(isNew ? `COMMIT; ${FLUSH}` : "COMMIT");
    });
  }

  /** Takes over what others have changed. `ended` are those of `wished` that have, now or long ago. */
  async #read(
    client: PoolClient,
    begin: string,
    wished: readonly string[],
  ): Promise<{ readonly ended: ReadonlySet<string>; readonly isNew: boolean }> {
    await prepareClaimStatements(client);
    let rows = await this.#rowsOf(client, `${begin}; ${readText(client, this.#lastChange, wished)}`);
    if (this.#lastChange !== undefined && rows[0].pruned_change > this.#lastChange) {
      this.#lastChange = undefined;
      rows = await this.#rowsOf(client, `SELECT; ${readText(client, undefined, wished)}`);
    }
    const [first] = rows;
    const claims = rows.filter((row): row is typeof row & ClaimRow => row.id !== null);
    const { rules, monotonic } = this.#options;
    let live = this.#book.live;
    if (this.#lastChange === undefined) {
      const found = new Set(claims.map(({ id }) => id));
      live = new Map([...live].filter(([id]) => found.has(id)));
    }
    const isNew = first.last_change !== this.#lastChange;
    this.#book = { live: withRows(live, claims, rules, monotonic()), lastToken: first.last_token };
    this.#lastChange = first.last_change;
    const ended = claims.filter(({ state }) => state !== "waiting" && state !== "held");
    return { ended: new Set(ended.map(({ id }) => id)), isNew };
  }

  /** The rows that the last of several statements gives. */
  async #rowsOf(client: PoolClient, text: string): Promise<readonly [ClaimReading, ...ClaimReading[]]> {
    const results = (await client.query(text)) as unknown as readonly QueryResult<ClaimReading>[];
    const [first, ...rows] = results.at(-1)?.rows ?? [];
    if (first === undefined)
      throw new OperationalError("the table forge_claim_counters is empty: restore the database");
    return [first, ...rows];
  }

  /** How the changes are written, and the number of the last one. */
  #writing(client: PoolClient, advance: Advance, now: number): { text: string | undefined; lastChange: number } {
    let lastChange = this.#lastChange as number;
    if (advance.changes.length === 0) return { text: undefined, lastChange };
    const rows = advance.changes.map((change) => {
      lastChange += 1;
      return rowOf(change, lastChange, now);
    });
    // A new claim is answered directly; one that was queued before may be waited for anywhere.
    const isNews = advance.changes.some(({ claim }) => this.#book.live.get(claim.id)?.state === "waiting");
    return { text: writeText(client, rows, { lastToken: advance.book.lastToken, lastChange, isNews }), lastChange };
  }

  /** Tells this process's waiters, and sets an alarm for the next lease that may run out in their way. */
  #settle(): void {
    this.#waiters.settle(this.#book.live);
    this.#alarm.abort();
    if (this.#isClosed || this.#waiters.isEmpty) return;
    this.#alarm = new AbortController();
    const { clock, monotonic } = this.#options;
    clock
      .sleep(untilExpiry(this.#book.live.values(), { now: clock.now(), monotonic: monotonic() }), this.#alarm.signal)
      .then(
        () => {
          this.#mustLook = true;
          this.#work();
        },
        () => undefined, // another alarm was set
      );
  }

  /** The connection on which notices come; made when first needed, and again when it was lost. */
  #listen(): Promise<Client> {
    this.#listening ??= this.#startListening().catch((cause: unknown) => {
      this.#listening = undefined;
      throw new OperationalError(`cannot wait for claims: ${oneLine(cause)}`, { cause });
    });
    return this.#listening;
  }

  async #startListening(): Promise<Client> {
    const client = await this.#store.connect();
    client.on("notification", () => {
      this.#mustRead = true;
      this.#work();
    });
    client.on("end", () => {
      this.#listening = undefined;
      if (!this.#isClosed)
        this.#waiters.rejectAll(new OperationalError("the connection was lost: wait for the claim again"));
    });
    await client.query(`LISTEN ${CHANNEL}`);
    return client;
  }

  /** `work` begins and commits. */
  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#store.pool.connect();
    try {
      const value = await work(client);
      client.release();
      return value;
    } catch (error) {
      // Ends the session, and with it whatever the transaction did and held.
      client.release(true);
      throw error;
    }
  }
}
