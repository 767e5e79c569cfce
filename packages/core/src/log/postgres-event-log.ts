import type { Client, ClientBase, Pool } from "pg";
import { type Clock, systemClock } from "../clock.ts";
import { OperationalError, oneLine } from "../errors.ts";
import { failpoint } from "../failpoints.ts";
import { type AppendPlan, planAppend } from "./append-plan.ts";
import type {
  AppendBatch,
  AppendResult,
  EventLog,
  ExpectedVersion,
  NewEvent,
  ReadOptions,
  StoredEvent,
} from "./event-log.ts";

const CHANNEL = "alphaforge_events";
/** Rows fetched at once, and rows inserted by one statement: bounds memory on both sides. */
const READ_CHUNK = 1000;
const INSERT_CHUNK = 5000;
/** A follower that hears nothing asks anyway this often: a dead connection shows itself only when it is used. */
const HEARTBEAT_MS = 15_000;
const RECONNECTS = 5;
const COLUMNS = "seq, stream, version, type, at, id, data";

export interface PostgresEventLogOptions {
  readonly pool: Pool;
  /** A connection of its own, not from a pool: LISTEN lives as long as its session. */
  connect(): Promise<Client>;
  /** For the heartbeat and the pauses between reconnects. */
  readonly clock?: Clock;
}

/** The event log of a desk, in the tables of migrations/0001-event-log.sql. One log per database. */
export class PostgresEventLog implements EventLog {
  readonly #pool: Pool;
  readonly #connect: () => Promise<Client>;
  readonly #clock: Clock;

  constructor(options: PostgresEventLogOptions) {
    this.#pool = options.pool;
    this.#connect = () => options.connect();
    this.#clock = options.clock ?? systemClock;
  }

  async append(stream: string, expectedVersion: ExpectedVersion, events: readonly NewEvent[]): Promise<AppendResult> {
    return (await this.appendMany([{ stream, expectedVersion, events }]))[0] as AppendResult;
  }

  async appendMany(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const plan = await planIn(client, batches);
      await insert(client, plan.events);
      failpoint("event-log.before-commit");
      await client.query("COMMIT");
      failpoint("event-log.after-commit");
      return plan.results;
    } catch (error) {
      // A connection that cannot roll back is thrown away, not reused with a half-done transaction.
      await client.query("ROLLBACK").catch((rollback: Error) => {
        broken = rollback;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async *read(options: ReadOptions = {}): AsyncGenerator<StoredEvent> {
    const toSeq = options.toSeq ?? (await this.lastSeq());
    yield* readChunks(this.#pool, { ...options, toSeq });
  }

  async *tail(fromSeq: number, signal: AbortSignal): AsyncGenerator<StoredEvent> {
    let next = Math.max(1, fromSeq);
    let failures = 0;
    while (!signal.aborted) {
      let client: Client | undefined;
      try {
        client = await this.#connect();
        const bell = new Bell(client, signal);
        // LISTEN first, then read: an event committed in between rings the bell, and is read at most once by seq.
        await client.query(`LISTEN ${CHANNEL}`);
        for (;;) {
          bell.silence();
          for await (const event of readChunks(client, { fromSeq: next })) {
            if (signal.aborted) return;
            next = event.seq + 1;
            yield event;
          }
          failures = 0;
          if (signal.aborted) return;
          await bell.ring(this.#clock, HEARTBEAT_MS);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (++failures > RECONNECTS) {
          throw new OperationalError(`cannot follow the event log from seq ${next}: ${oneLine(error)}`, {
            cause: error,
          });
        }
        await this.#clock.sleep(100 * 2 ** failures, signal).catch((reason: unknown) => {
          if (!signal.aborted) throw reason;
        });
      } finally {
        await client?.end();
      }
    }
  }

  async lastSeq(): Promise<number> {
    const { rows } = await this.#pool.query<{ last_seq: number }>("SELECT last_seq FROM event_log_head");
    return (rows[0] as { last_seq: number }).last_seq;
  }

  async version(stream: string): Promise<number> {
    const { rows } = await this.#pool.query<{ version: number | null }>(
      "SELECT max(version) AS version FROM events WHERE stream = $1",
      [stream],
    );
    return rows[0]?.version ?? 0;
  }
}

/** Takes the writer's lock (the head row, held to the end of the transaction) and decides what to add. */
async function planIn(client: ClientBase, batches: readonly AppendBatch[]): Promise<AppendPlan> {
  const head = await client.query<{ last_seq: number }>("SELECT last_seq FROM event_log_head FOR UPDATE");
  const streams = [...new Set(batches.map((batch) => batch.stream))];
  const versions = await client.query<{ stream: string; version: number }>(
    `SELECT s AS stream, coalesce((SELECT max(version) FROM events WHERE stream = s), 0) AS version
     FROM unnest($1::text[]) AS s`,
    [streams],
  );
  const ids = batches.flatMap((batch) => batch.events.flatMap((event) => event.id ?? []));
  const known =
    ids.length === 0
      ? []
      : (
          await client.query<{ id: string; stream: string; type: string }>(
            "SELECT id, stream, type FROM events WHERE id = ANY($1::text[])",
            [ids],
          )
        ).rows;
  const versionOf = new Map(versions.rows.map((row) => [row.stream, row.version]));
  const eventOf = new Map(known.map((row) => [row.id, row]));
  return planAppend(
    {
      lastSeq: (head.rows[0] as { last_seq: number }).last_seq,
      version: (stream) => versionOf.get(stream) ?? 0,
      known: (id) => eventOf.get(id),
    },
    batches,
  );
}

async function insert(client: ClientBase, events: readonly StoredEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += INSERT_CHUNK) {
    const chunk = events.slice(start, start + INSERT_CHUNK);
    await client.query(
      `INSERT INTO events (${COLUMNS})
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::json[])`,
      [
        chunk.map((event) => event.seq),
        chunk.map((event) => event.stream),
        chunk.map((event) => event.version),
        chunk.map((event) => event.type),
        chunk.map((event) => event.at),
        chunk.map((event) => event.id),
        chunk.map((event) => JSON.stringify(event.data)),
      ],
    );
  }
  const last = events.at(-1);
  if (last !== undefined) {
    await client.query(
      `WITH head AS (UPDATE event_log_head SET last_seq = $1::bigint) SELECT pg_notify('${CHANNEL}', ($1::bigint)::text)`,
      [last.seq],
    );
  }
}

/**
 * Keyset pages. A stream is walked by version (its index), the whole log by seq; within a stream both ascend together.
 */
async function* readChunks(source: Pool | ClientBase, options: ReadOptions): AsyncGenerator<StoredEvent> {
  const { fromSeq = 1, toSeq, stream, types, backwards = false } = options;
  const key = stream === undefined ? "seq" : "version";
  const direction = backwards ? "DESC" : "ASC";
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let position: number | null = null;
  while (left > 0) {
    const size = Math.min(left, READ_CHUNK);
    const values: unknown[] = [fromSeq, size];
    const where = ["seq >= $1"];
    const add = (text: (parameter: string) => string, value: unknown) => where.push(text(`$${values.push(value)}`));
    if (toSeq !== undefined) add((p) => `seq <= ${p}`, toSeq);
    if (stream !== undefined) add((p) => `stream = ${p}`, stream);
    if (types !== undefined) add((p) => `type = ANY(${p}::text[])`, types);
    if (position !== null) add((p) => `${key} ${backwards ? "<" : ">"} ${p}`, position);
    const { rows }: { rows: StoredEvent[] } = await source.query<StoredEvent>(
      `SELECT ${COLUMNS} FROM events WHERE ${where.join(" AND ")} ORDER BY ${key} ${direction} LIMIT $2`,
      values,
    );
    yield* rows;
    if (rows.length < size) return;
    left -= rows.length;
    position = (rows.at(-1) as StoredEvent)[key];
  }
}

/** Wakes a follower: by a notification, by the heartbeat, by abort; or fails it when the connection is lost. */
class Bell {
  #rung = false;
  #lost: Error | undefined;
  #answer: (() => void) | undefined;

  constructor(client: Client, signal: AbortSignal) {
    const ring = () => {
      this.#rung = true;
      this.#answer?.();
    };
    const lose = (error?: Error) => {
      this.#lost ??= error ?? new Error("the connection was closed");
      this.#answer?.();
    };
    client.on("notification", ring);
    client.on("error", lose);
    client.on("end", () => lose());
    signal.addEventListener("abort", ring, { once: true });
    client.once("end", () => signal.removeEventListener("abort", ring));
  }

  silence(): void {
    this.#rung = false;
  }

  async ring(clock: Clock, longestMs: number): Promise<void> {
    if (!this.#rung && this.#lost === undefined) {
      const quiet = new AbortController();
      const answered = new Promise<void>((resolve) => {
        this.#answer = resolve;
      });
      const timeout = clock.sleep(longestMs, quiet.signal).catch((reason: unknown) => {
        if (!quiet.signal.aborted) throw reason;
      });
      try {
        await Promise.race([answered, timeout]);
      } finally {
        quiet.abort();
        this.#answer = undefined;
      }
    }
    if (this.#lost !== undefined) throw this.#lost;
  }
}
