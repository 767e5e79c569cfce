import { UserError } from "@alphaforge/core/errors";
import { money } from "@alphaforge/desk/instrument/money";
import { alignTo, type BacktestReport, backtest } from "@alphaforge/desk/replay/backtest";
import type { Venue } from "@alphaforge/desk/venues/venue";
import type { AppConfig } from "../config.ts";
import { openBacktestVenue } from "./backtest-venue.ts";
import { findSignals, seatsFor } from "./rules-agents.ts";
import type { SweepTask } from "./sweep-task.ts";

/** What is kept of a backtest. */
export type SweepResult = Pick<BacktestReport, "ledgerHash" | "bars" | "books">;

/** Runs one backtest of a sweep in this process. */
export async function sweepBacktest(config: AppConfig, task: SweepTask, signal: AbortSignal): Promise<SweepResult> {
  const seats = await seatsFor({ name: task.desk, ...(task.strategies && { strategies: task.strategies }) });
  const unknown = task.agents?.find((name) => !seats.some((seat) => seat.name === name));
  if (unknown !== undefined) {
    throw new UserError(
      `desk ${task.desk} has no agent ${unknown}; it has ${seats.map(({ name }) => name).join(", ")}`,
    );
  }
  const { venue, close } = await openBacktestVenue({
    name: task.venue,
    environment: config.venueSettings,
    home: config.home,
    settings: task.venueSettings,
    symbols: task.symbols,
    to: task.to,
  });
  try {
    const [finest] = venue.traits.timeframes;
    const { ledgerHash, bars, books } = await backtest({
      desk: task.desk,
      venue: task.feeRate === undefined ? venue : withFee(venue, task.feeRate),
      from: alignTo(finest, task.from),
      to: alignTo(finest, task.to),
      ...(task.symbols && { symbols: task.symbols }),
      seats: seats.filter(({ name }) => task.agents?.includes(name) ?? true),
      signals: await findSignals(),
      limits: { maxPositionShare: task.maxPositionShare, maxPositions: task.maxPositions },
      initialBalance: money(task.initialBalance),
      history: task.history,
      signal,
    });
    return { ledgerHash, bars, books };
  } finally {
    await close();
  }
}

/** The venue with another fee; the rest is asked of it. */
function withFee(venue: Venue, feeRate: number): Venue {
  return {
    traits: { ...venue.traits, feeRate },
    instruments: (from, to) => venue.instruments(from, to),
    candles: (symbol, timeframe, from, to) => venue.candles(symbol, timeframe, from, to),
    funding: (symbol, from, to) => venue.funding(symbol, from, to),
    close: () => venue.close(),
  };
}
