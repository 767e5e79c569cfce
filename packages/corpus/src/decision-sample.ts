/** One trading decision with what became of it. The reader of a desk's log makes these; here nothing knows a desk. */
export interface DecisionSample {
  /** Unique within its source; splits are made by it. */
  readonly id: string;
  readonly agent: string;
  readonly model?: string;
  /** The desk's time (ms) at which it was decided. */
  readonly at: number;
  /** The mandate and instructions. */
  readonly prompt: string;
  /** What the agent was shown: prices, positions, rankings. A text stays as it was shown. */
  readonly context: Readonly<Record<string, unknown>> | string;
  /** The model's answer as it came. */
  readonly reply: string;
  /** The tool that it called, its input as JSON text as the model wrote it. */
  readonly call?: { readonly name: string; readonly input: string };
  /** Schemas of its tools, as they were sent. */
  readonly tools?: readonly unknown[];
  /** What the reply was taken as, after validation; "hold" with a reason where it was invalid. */
  readonly action: Readonly<Record<string, unknown>>;
  /** What it brought, net of fees and funding; absent while its position is open. */
  readonly realised?: Realised;
  /**
   * Where nothing of its own can be realised: "refused" by the risk rules, "unfilled" (no order of it was filled, so
   * far), "adjusted" (it moved a stop or a target of a position that another decision opened).
   */
  readonly effect?: "refused" | "unfilled" | "adjusted";
  /** Desk, prompt's version, why a reply became a hold, and the like. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Realised {
  /** In the desk's currency. */
  readonly profit: number;
  /** As a fraction of the position's notional at entry. */
  readonly fraction: number;
  /** When the position was closed (ms), and by what: stop, target, exit. */
  readonly closedAt: number;
  readonly closedBy: string;
}

export interface DecisionSource {
  read(): AsyncIterable<DecisionSample>;
}
