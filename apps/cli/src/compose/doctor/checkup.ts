import type { App } from "../../command.ts";

/** "problem" would stop `alphaforge up` or `alphaforge forge run`; "advice" would not. */
export interface Checkup {
  readonly name: string;
  readonly state: "ok" | "advice" | "problem";
  /** What was found and, unless it is well, what to do about it: one line, without credentials. */
  readonly text: string;
}

/** What a check looks at besides the machine itself. */
export interface Patient {
  readonly config: App["config"];
  /** Where programs are found, and the user's home. */
  readonly path: string;
  readonly userHome: string;
  /** Where the dashboard would listen. */
  readonly port: number;
}

/** Looks at one thing; starts no database and writes nothing. A check that throws is a problem of its own. */
export type Check = (patient: Patient) => Checkup | Promise<Checkup>;

export const ok = (name: string, text: string): Checkup => ({ name, state: "ok", text });
export const advice = (name: string, text: string): Checkup => ({ name, state: "advice", text });
export const problem = (name: string, text: string): Checkup => ({ name, state: "problem", text });
