import type { Agent } from "../agents/agent.ts";
import type { DeciderKind } from "../deciders/decider-kind.ts";
import type { DeskEvents } from "../events.ts";
import { toNumber } from "../instrument/money.ts";
import type { FundingStamp } from "../venues/venue.ts";
import { fundingCoverage } from "./funding-coverage.ts";
import { sharpe, sortino, totalReturn } from "./metrics/equity-metrics.ts";
import { ambiguousShare, exposure, profitFactor, turnover, winRate } from "./metrics/trade-metrics.ts";
import type { Tally } from "./recorder.ts";

type Trade = DeskEvents["position.closed"];

/** What one agent's book came to. Ratios are fractions (0.05 is 5 %), amounts USDT; undefined where there is no answer. */
export interface BookReport {
  readonly agent: string;
  readonly decider: DeciderKind;
  /** Why it did not trade; absent when it did. */
  readonly abstained?: string;
  /** Closed positions. */
  readonly trades?: number;
  readonly openPositions?: number;
  readonly decisions?: number;
  readonly holds?: number;
  readonly refusals?: number;
  readonly return?: number;
  /** Change of marked equity, open positions included. */
  readonly netPnl?: number;
  readonly fees?: number;
  /** Negative when the book paid. */
  readonly funding?: number;
  /** Share of the holding time for which the archive knows funding. */
  readonly fundingCoverage?: number;
  readonly sharpe?: number;
  readonly sortino?: number;
  readonly maxDrawdown?: number;
  readonly winRate?: number;
  readonly profitFactor?: number;
  /** Share of the time with a position. */
  readonly exposure?: number;
  /** Traded notional over the mean equity. */
  readonly turnover?: number;
  /** Share of the trades whose exit candle touched stop and target. */
  readonly ambiguous?: number;
  readonly halted?: string;
}

export interface BookReportInput {
  readonly agent: Agent;
  readonly from: number;
  readonly to: number;
  /** Marked equity in USDT at `from` and at every full day after it. */
  readonly dailyEquity: readonly number[];
  /** Notionals of every fill, in USDT. */
  readonly traded: readonly number[];
  readonly trades: readonly Trade[];
  readonly tally: Tally;
  stampsOf(symbol: string): readonly FundingStamp[];
}

export function reportBook(input: BookReportInput): BookReport {
  const { agent, from, to, dailyEquity, trades, tally } = input;
  const { ledger } = agent;
  const open = [...ledger.positions()].map(({ symbol, openedAt }) => ({ symbol, from: openedAt, to }));
  const holdings = [
    ...trades.map(({ symbol, openedAt, closedAt }) => ({ symbol, from: openedAt, to: closedAt })),
    ...open,
  ];
  const idle = trades.length === 0 && open.length === 0;
  return {
    agent: agent.name,
    decider: agent.decider.kind,
    ...(idle ? { abstained: agent.abstains || idleReason(agent, tally) } : {}),
    trades: trades.length,
    openPositions: open.length,
    decisions: tally.decisions,
    holds: tally.holds,
    refusals: tally.refusals,
    netPnl: toNumber(ledger.equity) - toNumber(ledger.initial),
    fees: toNumber(ledger.fees),
    funding: toNumber(ledger.funding),
    fundingCoverage: fundingCoverage(holdings, input.stampsOf),
    return: totalReturn([toNumber(ledger.initial), toNumber(ledger.equity)]),
    sharpe: sharpe(dailyEquity),
    sortino: sortino(dailyEquity),
    maxDrawdown: ledger.maxDrawdown,
    winRate: winRate(trades),
    profitFactor: profitFactor(trades),
    exposure: exposure(holdings, from, to),
    turnover: turnover(input.traded, dailyEquity),
    ambiguous: ambiguousShare(trades),
    ...(agent.halted === "" ? {} : { halted: agent.halted }),
  };
}

function idleReason({ halted }: Agent, { decisions, lastReason }: Tally): string {
  if (decisions === 0) return halted === "" ? "was never asked" : `halted before its first decision: ${halted}`;
  return `no entry in ${decisions} closes; last: ${lastReason}`;
}
