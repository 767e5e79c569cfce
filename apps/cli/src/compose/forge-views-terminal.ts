import type { WriteStream } from "node:tty";

/** What a report is drawn on. */
export interface Screen {
  /** Columns. What is no terminal has no end to its lines. */
  readonly width: number;
  readonly rows: number;
  /** A terminal that can, and a user who has not said NO_COLOR. */
  readonly colours: boolean;
}

/** Node itself looks at NO_COLOR, FORCE_COLOR and TERM. */
export function screenOf(stream: WriteStream = process.stdout as WriteStream): Screen {
  if (stream.isTTY !== true) return { width: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY, colours: false };
  return {
    width: Math.max(40, stream.columns || 80),
    rows: Math.max(10, stream.rows || 24),
    colours: stream.hasColors(),
  };
}
