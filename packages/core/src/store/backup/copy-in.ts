import { once } from "node:events";
import type { Writable } from "node:stream";
import type { ClientBase, Connection } from "pg";
import { oneLine } from "../../errors.ts";

/** The protocol's side of a connection; pg's types leave out what copying needs. */
interface CopyConnection {
  readonly stream: Writable;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/**
 * Runs `COPY … FROM STDIN` with the bytes of `source`, on a connection of the caller's own, and resolves to the rows
 * that the server took. When the source fails, the server is told to keep nothing, and the source's error is thrown.
 */
export function copyIn(client: ClientBase, sql: string, source: AsyncIterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(sql, source, resolve, reject));
  });
}

class CopyIn {
  readonly #sql: string;
  readonly #source: AsyncIterable<Buffer>;
  readonly #resolve: (rows: number) => void;
  readonly #reject: (error: unknown) => void;
  #rows = 0;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    sql: string,
    source: AsyncIterable<Buffer>,
    resolve: (rows: number) => void,
    reject: (error: unknown) => void,
  ) {
    this.#sql = sql;
    this.#source = source;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#pump(connection).catch((error: unknown) => {
      this.#failure = { error };
      if (!this.#isOver) connection.sendCopyFail(oneLine(error));
    });
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(text.replace("COPY ", ""));
  }

  handleReadyForQuery(): void {
    this.#isOver = true;
    this.#resolve(this.#rows);
  }

  handleError(error: Error): void {
    this.#isOver = true;
    this.#reject(this.#failure === undefined ? error : this.#failure.error);
  }

  async #pump(connection: CopyConnection): Promise<void> {
    const { stream } = connection;
    const closed = new AbortController();
    const close = () => closed.abort();
    stream.once("close", close);
    try {
      for await (const chunk of this.#source) {
        // The server has refused what came before: it reads no further.
        if (this.#isOver || closed.signal.aborted) return;
        connection.sendCopyFromChunk(chunk);
        if (stream.writableNeedDrain) {
          await once(stream, "drain", { signal: closed.signal }).catch((error: unknown) => {
            if (!closed.signal.aborted) throw error;
          });
        }
      }
    } finally {
      stream.off("close", close);
    }
    if (!this.#isOver && !closed.signal.aborted) connection.endCopyFrom();
  }
}
