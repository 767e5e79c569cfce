import { OperationalError, oneLine, UserError } from "@alphaforge/core/errors";
import { failpoint } from "@alphaforge/core/failpoints";
import { lockKey } from "@alphaforge/core/store/advisory-lock";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Client, PoolClient } from "pg";
import { type ClaimRow, rowOf, withRows } from "./claim-rows.ts";
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
 * since; what it is asked while a transaction runs goes into the next one together, one sync to disk for all.
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
const CHANNEL = "forge_claims";
/** A process that stops in the midst of a decision must not stop all others with it: the server ends its session. */
const BEGIN = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '10s'; SELECT pg_advisory_xact_lock(${lockKey("forge claims")})`;

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
    return this.#transaction("BEGIN", async (client) => {
      const { rows } = await client.query<{ token: number }>(
        "SELECT token FROM forge_claims WHERE token = ANY ($1) AND state = 'held' ORDER BY token FOR UPDATE",
        [ordered],
      );
      const held = new Set(rows.map(({ token }) => token));
      const answers = ordered.map((token): TokenAnswer => {
        if (held.has(token)) return { ok: true };
        return { ok: false, reason: `token ${token} is not current: it ended a moment ago; claim anew` };
      });
      return staleOf(ordered, answers) ?? { ok: true, value: await work() };
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
        else await this.#read(this.#store.pool, []);
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
    const settled = await this.#transaction(BEGIN, async (client) => {
      const wished = requests.flatMap(({ command }) => (command.do === "claim" ? [command.wish.id] : []));
      const ended = await this.#read(client, wished);
      const open = requests.filter(({ command }) => command.do !== "claim" || !ended.has(command.wish.id));
      const now = clock.now();
      const commands = open.map(({ command }) => command);
      const advance = advanceBook(this.#book, commands, { now, monotonic: monotonic(), leaseMs });
      const lastChange = await this.#write(client, advance, now);
      return { open, advance, lastChange };
    });
    // Only now, committed.
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

  /** Takes over what others have changed. Returns those of `wished` that have ended, now or long ago. */
  async #read(client: Pick<PoolClient, "query">, wished: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await client.query<
      Omit<ClaimRow, "id"> & { id: string | null; last_token: number; last_change: number }
    >(
      `SELECT last_token, last_change, claim.* FROM forge_claim_counters LEFT JOIN forge_claims AS claim
         ON ($1::bigint IS NULL AND claim.state IN ('waiting', 'held')) OR claim.changed > $1 OR claim.id = ANY ($2)`,
      [this.#lastChange ?? null, wished],
    );
    const [first] = rows;
    if (first === undefined)
      throw new OperationalError("the table forge_claim_counters is empty: restore the database");
    const claims = rows.filter((row): row is typeof row & ClaimRow => row.id !== null);
    const { rules, monotonic } = this.#options;
    let live = this.#book.live;
    if (this.#lastChange === undefined) {
      const found = new Set(claims.map(({ id }) => id));
      live = new Map([...live].filter(([id]) => found.has(id)));
    }
    this.#book = { live: withRows(live, claims, rules, monotonic()), lastToken: first.last_token };
    this.#lastChange = first.last_change;
    return new Set(claims.filter(({ state }) => state !== "waiting" && state !== "held").map(({ id }) => id));
  }

  /** Returns the number of the last change. */
  async #write(client: PoolClient, advance: Advance, now: number): Promise<number> {
    let lastChange = this.#lastChange as number;
    if (advance.changes.length === 0) return lastChange;
    const rows = advance.changes.map((change) => {
      lastChange += 1;
      return rowOf(change, lastChange, now);
    });
    // Somebody may wait, anywhere, for a claim that was queued before; a new one is answered directly.
    const isNews = advance.changes.some(({ claim }) => this.#book.live.get(claim.id)?.state === "waiting");
    await client.query(
      `WITH counted AS (UPDATE forge_claim_counters SET last_token = $2, last_change = $3),
         told AS (SELECT CASE WHEN $4 THEN pg_notify('${CHANNEL}', '') END)
       INSERT INTO forge_claims (id, holder, mode, globs, priority, expected_ms, requested_at, granted_at, ended_at,
         state, token, lease_ms, beat, changed)
       SELECT id, holder, mode, globs, priority, expected_ms, requested_at, granted_at, ended_at, state, token, lease_ms,
         beat, changed
       FROM jsonb_to_recordset($1) AS row (id text, holder text, mode text, globs text[], priority bigint,
         expected_ms bigint, requested_at bigint, granted_at bigint, ended_at bigint, state text, token bigint,
         lease_ms bigint, beat bigint, changed bigint)
       CROSS JOIN told
       -- Rows are locked in the order of whileCurrent, or the two could wait for each other.
       ORDER BY token
       ON CONFLICT (id) DO UPDATE SET granted_at = excluded.granted_at, ended_at = excluded.ended_at,
         state = excluded.state, token = excluded.token, lease_ms = excluded.lease_ms, beat = excluded.beat,
         changed = excluded.changed`,
      [JSON.stringify(rows), advance.book.lastToken, lastChange, isNews],
    );
    return lastChange;
  }

  /** Tells this process's waiters, and sets an alarm for the next lease that may run out in their way. */
  #settle(): void {
    this.#waiters.settle(this.#book.live);
    this.#alarm.abort();
    if (this.#isClosed || this.#waiters.isEmpty) return;
    this.#alarm = new AbortController();
    const { clock, monotonic } = this.#options;
    clock.sleep(untilExpiry(this.#book.live.values(), monotonic()), this.#alarm.signal).then(
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

  async #transaction<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#store.pool.connect();
    try {
      await client.query(begin);
      const value = await work(client);
      failpoint("claims.before-commit");
      await client.query("COMMIT");
      failpoint("claims.after-commit");
      client.release();
      return value;
    } catch (error) {
      // Ends the session, and with it whatever the transaction did and held.
      client.release(true);
      throw error;
    }
  }
}
