import { Readable } from "node:stream";
import type { ClientBase, Connection } from "pg";

/** What is handed on at once: rows are small, and each push costs as much as many of them. */
const CHUNK_BYTES = 65_536;

/** The protocol's side of a connection; pg's types leave out what copying needs. */
interface CopyConnection {
  readonly stream: { pause(): void; resume(): void };
  query(text: string): void;
}

/**
 * The bytes of `COPY … TO STDOUT`, as the server sends them and no faster than they are read. A reader that stops early
 * leaves the connection in the midst of the answer: end it.
 */
export class CopyOut extends Readable {
  /** Rows so far; all of them when the stream has ended. In the text format the server sends each as one message. */
  rows = 0;
  readonly #sql: string;
  #connection: CopyConnection | undefined;
  /** Whether the reader has asked since it was last given something; it may ask while it is being given. */
  #isWanted = false;
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(sql: string) {
    super({ highWaterMark: 4 * CHUNK_BYTES });
    this.#sql = sql;
  }

  override _read(): void {
    this.#isWanted = true;
    this.#connection?.stream.resume();
  }

  /** For pg, which sends the statement when the connection is free, and calls what follows. */
  submit(connection: Connection): void {
    this.#connection = connection as unknown as CopyConnection;
    this.#connection.query(this.#sql);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.rows += 1;
    // The parser goes on to write into the memory that this is a window on.
    this.#waiting.push(Buffer.from(chunk));
    this.#bytes += chunk.length;
    if (this.#bytes >= CHUNK_BYTES) this.#flush();
  }

  handleCommandComplete(): void {
    this.#flush();
  }

  handleReadyForQuery(): void {
    // Paused by its last rows it would stay so: a stream that has ended is not asked again, and the next statement of
    // this connection would wait for ever.
    this.#connection?.stream.resume();
    this.push(null);
  }

  handleError(error: Error): void {
    this.destroy(error);
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const chunk = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    this.#isWanted = false;
    // Pausing after it has asked again would wait for ever: it asks once.
    if (!this.push(chunk) && !this.#isWanted) this.#connection?.stream.pause();
  }
}

/** Runs `COPY … TO STDOUT` on a connection of the caller's own. */
export function copyOut(client: ClientBase, sql: string): CopyOut {
  return client.query(new CopyOut(sql));
}
