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
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(sql: string) {
    super({ highWaterMark: 4 * CHUNK_BYTES });
    this.#sql = sql;
  }

  override _read(): void {
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
    if (this.#bytes >= CHUNK_BYTES && !this.#flush()) this.#connection?.stream.pause();
  }

  handleCommandComplete(): void {
    this.#flush();
  }

  handleReadyForQuery(): void {
    this.push(null);
  }

  handleError(error: Error): void {
    this.destroy(error);
  }

  #flush(): boolean {
    if (this.#waiting.length === 0) return true;
    const chunk = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    return this.push(chunk);
  }
}

/** Runs `COPY … TO STDOUT` on a connection of the caller's own. */
export function copyOut(client: ClientBase, sql: string): CopyOut {
  return client.query(new CopyOut(sql));
}
