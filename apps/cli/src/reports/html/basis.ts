/** What a backtest stood on and its own report does not say. */
export interface Basis {
  /** Of the program. */
  readonly version: string;
  /** Runs the same again. */
  readonly commandLine: string;
  /** Per leg, of the notional. */
  readonly feeRate: number;
  /** Of each agent, USDT. */
  readonly initialBalance: number;
  readonly maxPositionShare: number;
  readonly maxPositions: number;
  /** Bars before the beginning that features saw. */
  readonly history: number;
}
