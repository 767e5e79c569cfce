import { z } from "zod";

/** One backtest of a sweep, with everything that decides its outcome but the code and the candles. */
export const sweepTaskSchema = z.strictObject({
  desk: z.string(),
  venue: z.string(),
  /** Of a venue of ours; empty for one in the archive. */
  venueSettings: z.record(z.string(), z.unknown()),
  /** ms, UTC. */
  from: z.number().int(),
  to: z.number().int(),
  /** All where absent. */
  symbols: z.array(z.string()).optional(),
  strategies: z.array(z.string()).optional(),
  agents: z.array(z.string()).optional(),
  /** Bars before `from`. */
  history: z.number().int(),
  maxPositions: z.number().int().min(1).max(100),
  maxPositionShare: z.number().positive().max(1),
  /** USDT. */
  initialBalance: z.number().positive(),
  /** Of the notional; the venue's own where absent. */
  feeRate: z.number().min(0).max(0.1).optional(),
});

export type SweepTask = z.output<typeof sweepTaskSchema>;
