import type { Direction } from "../instrument/instrument.ts";
import { DEFAULT_SCHEDULE, type MarginSchedule, maxLeverageAt, scheduleFault } from "../instrument/margin-schedule.ts";
import { type Money, toDecimal, ZERO } from "../instrument/money.ts";
import type { AdjustStop, AdjustTarget, Decision, Open } from "../strategies/decision.ts";
import type { Account, HeldPosition, Quote } from "./account.ts";
import { type ApprovedOrder, approve } from "./approved-order.ts";
import type { RiskLimits } from "./limits.ts";

export interface AssessRequest {
  readonly decisionId: string;
  readonly agent: string;
  readonly at: number;
  readonly decision: Decision;
  readonly account: Account;
  /** Of the symbol that the decision names; undefined when the venue does not know it. */
  readonly quote: Quote | undefined;
  readonly limits: RiskLimits;
  /** A deterministic id of its parts: the same decision makes the same orders. */
  readonly idOf: (...parts: string[]) => string;
}

export interface Assessment {
  readonly orders: readonly ApprovedOrder[];
  /** Present when nothing was approved although something was asked for. Every rule that failed, not the first. */
  readonly refusal?: { readonly reasons: readonly string[] };
}

/**
 * Turns a decision into approved orders or into the reasons why not. Never throws on a decision, whatever is in it: a
 * model wrote it. `hold` is neither an order nor a refusal.
 *
 * - An entry: size > 0 and, with what is held in the symbol, at most `maxPositionShare` of equity; at most
 *   `maxPositions`; free cash for the margin and the fees of both legs, so that leaving cannot overdraw the book, less
 *   what waiting entries will take; a listed symbol with a fresh price; a stop, and any target, on its side of it.
 * - The leverage that the limits ask for, within what the tiers allow for the size.
 * - One position per symbol; a scale-in needs one of the same direction, an entry none.
 * - Closing and adjusting need the agent's own position. Leaving is never refused for price, cash or limits.
 * - A trailed stop is never loosened.
 */
export function assess(request: AssessRequest): Assessment {
  const decision: unknown = request.decision;
  if (typeof decision !== "object" || decision === null) return refuse([`no decision: ${describe(decision)}`]);
  switch (request.decision.action) {
    case "hold":
      return { orders: [] };
    case "open":
      return assessOpen(request, request.decision);
    case "close":
      return assessClose(request, request.decision.symbol);
    case "close-all":
      return assessCloseAll(request);
    case "adjust-stop":
    case "adjust-target":
      return assessAdjust(request, request.decision);
    default:
      return refuse([`unknown action ${describe((decision as { action?: unknown }).action)}`]);
  }
}

function assessOpen(request: AssessRequest, decision: Open): Assessment {
  const { account, limits, quote } = request;
  const scaleIn = decision.scaleIn === true;
  const reasons = quoteReasons(request, decision.symbol);
  const directed = decision.direction === "long" || decision.direction === "short";
  if (!directed) reasons.push(`direction ${describe(decision.direction)} is neither long nor short`);

  const held = account.positions.find((position) => position.symbol === decision.symbol);
  if (held === undefined && scaleIn) reasons.push(`no position in ${describe(decision.symbol)} to add to`);
  if (held !== undefined && !scaleIn) reasons.push(`${decision.symbol} is held already, and this is no scale-in`);
  if (held !== undefined && scaleIn && held.direction !== decision.direction) {
    reasons.push(`a ${describe(decision.direction)} scale-in of a ${held.direction} position in ${decision.symbol}`);
  }
  if (account.pending.some((order) => order.symbol === decision.symbol)) {
    reasons.push(`an order in ${decision.symbol} is waiting already`);
  }
  if (!scaleIn) {
    const count = account.positions.length + account.pending.filter((order) => order.kind === "entry").length;
    if (count >= limits.maxPositions) reasons.push(`${count} positions, at most ${limits.maxPositions}`);
  }
  const margin = marginOf(request, held);
  reasons.push(...sizeReasons(request, decision.notional, held, margin.leverage));
  reasons.push(...marginReasons(margin, decision.notional, held));
  if (directed) {
    const { stop, target } = decision;
    reasons.push(...boundReasons(decision.direction, target === undefined ? { stop } : { stop, target }, quote));
  }
  if (decision.trailDistance !== undefined && !isPrice(decision.trailDistance)) {
    reasons.push(`trail distance ${describe(decision.trailDistance)} is not above 0`);
  }
  if (decision.expiresAt !== undefined && !(Number.isFinite(decision.expiresAt) && decision.expiresAt > request.at)) {
    reasons.push(`time exit at ${describe(decision.expiresAt)} is not after ${request.at}`);
  }
  if (reasons.length > 0) return refuse(reasons);

  const kind = scaleIn ? "scale-in" : "entry";
  const common = {
    ...orderOf(request, kind, decision.symbol, decision.direction),
    positionId: held?.positionId ?? request.idOf(request.decisionId, "position"),
    notional: decision.notional,
    ...(margin.leverage === 1 ? {} : { leverage: margin.leverage }),
  };
  // A scale-in joins its position: that one's stop, target, time and tiers stay.
  if (scaleIn) return { orders: [approve(common)] };
  return {
    orders: [
      approve({
        ...common,
        stop: decision.stop,
        ...(decision.target === undefined ? {} : { target: decision.target }),
        ...(decision.trailDistance === undefined ? {} : { trailDistance: decision.trailDistance }),
        ...(decision.expiresAt === undefined ? {} : { expiresAt: decision.expiresAt }),
        ...(margin.schedule === undefined ? {} : { marginSchedule: margin.schedule }),
      }),
    ],
  };
}

function assessClose(request: AssessRequest, symbol: string): Assessment {
  const held = request.account.positions.find((position) => position.symbol === symbol);
  if (held === undefined) return refuse([`no position in ${describe(symbol)}`]);
  if (isLeaving(request.account, held)) return refuse([`the position in ${symbol} is being closed already`]);
  return { orders: [exitOf(request, held)] };
}

function assessCloseAll(request: AssessRequest): Assessment {
  const { account } = request;
  if (account.positions.length === 0) return refuse(["no position to close"]);
  const staying = account.positions.filter((held) => !isLeaving(account, held));
  if (staying.length === 0) return refuse(["every position is being closed already"]);
  return { orders: staying.map((held) => exitOf(request, held)) };
}

function assessAdjust(request: AssessRequest, decision: AdjustStop | AdjustTarget): Assessment {
  const reasons = quoteReasons(request, decision.symbol);
  const held = request.account.positions.find((position) => position.symbol === decision.symbol);
  if (held === undefined) return refuse([...reasons, `no position in ${describe(decision.symbol)}`]);
  if (isLeaving(request.account, held)) reasons.push(`the position in ${decision.symbol} is being closed already`);
  const bound = decision.action === "adjust-stop" ? { stop: decision.stop } : { target: decision.target };
  reasons.push(...boundReasons(held.direction, bound, request.quote));
  if (bound.stop !== undefined && held.trailDistance !== undefined) {
    const loosens = held.direction === "long" ? bound.stop <= held.stop : bound.stop >= held.stop;
    if (loosens) reasons.push(`stop ${describe(bound.stop)} would loosen the trailed stop ${held.stop}`);
  }
  if (reasons.length > 0) return refuse(reasons);
  return {
    orders: [
      approve({
        ...orderOf(request, "amend", held.symbol, held.direction),
        positionId: held.positionId,
        ...bound,
      }),
    ],
  };
}

function quoteReasons({ quote, at, limits }: AssessRequest, symbol: unknown): string[] {
  if (typeof symbol !== "string" || symbol === "") return [`symbol ${describe(symbol)} is no name`];
  if (quote === undefined) return [`${describe(symbol)} is not known to the venue`];
  if (quote.symbol !== symbol) return [`the price at hand is ${describe(quote.symbol)}'s, not ${describe(symbol)}'s`];
  const reasons: string[] = [];
  if (!quote.listed) reasons.push(`${symbol} is not listed`);
  if (!isPrice(quote.price)) reasons.push(`price ${describe(quote.price)} of ${symbol} is no price`);
  const age = at - quote.at;
  if (!(age <= limits.maxPriceAgeMs)) {
    reasons.push(`the price of ${symbol} is ${age} ms old, at most ${limits.maxPriceAgeMs}`);
  }
  if (age < 0) reasons.push(`the price of ${symbol} is from ${-age} ms after the decision`);
  return reasons;
}

/** The terms that an order is margined by: a position's own leverage, or the limits'; the venue's tiers, or the default. */
interface Margin {
  readonly leverage: number;
  readonly schedule: MarginSchedule | undefined;
}

function marginOf({ limits, quote }: AssessRequest, held: HeldPosition | undefined): Margin {
  const leverage = (held === undefined ? limits.leverage : held.leverage) ?? 1;
  return { leverage, schedule: quote?.margin ?? (leverage === 1 ? undefined : DEFAULT_SCHEDULE) };
}

function marginReasons({ leverage, schedule }: Margin, notional: unknown, held: HeldPosition | undefined): string[] {
  if (!(leverage >= 1 && Number.isFinite(leverage))) return [`leverage ${leverage} is below 1`];
  if (schedule === undefined || typeof notional !== "number") return [];
  const fault = scheduleFault(schedule);
  if (fault !== undefined) return [`the venue's margin tiers cannot be reckoned with: ${fault}`];
  const together = notional + (held?.cost ?? 0);
  const most = maxLeverageAt(schedule, together);
  return leverage > most ? [`leverage ${leverage} is above ${most}, the most for a size of ${decimal(together)}`] : [];
}

function sizeReasons(
  { account, limits }: AssessRequest,
  notional: unknown,
  held: HeldPosition | undefined,
  leverage: number,
): string[] {
  if (typeof notional !== "number" || !Number.isSafeInteger(notional) || notional <= 0) {
    return [`size ${describe(notional)} is not a whole number of 1e-8 USDT above 0`];
  }
  const reasons: string[] = [];
  const size = notional as Money;
  const most = Math.floor(account.equity * limits.maxPositionShare);
  // In doubles: exact wherever it can pass, and no throw where a model asked for 9e15.
  const together = size + (held?.cost ?? 0);
  if (together > most) {
    reasons.push(
      `size ${decimal(together)}${held === undefined ? "" : " with what is held"} is above ` +
        `${limits.maxPositionShare * 100} % of equity, which is ${decimal(most)}`,
    );
  }
  const needed = withFees(size, leverage, limits.feeRate);
  const free =
    account.cash -
    account.pending.reduce(
      (sum, order) => sum + withFees(order.notional ?? ZERO, order.leverage ?? 1, limits.feeRate),
      0,
    );
  if (needed > free) {
    const what = leverage === 1 ? "size" : `margin at ${leverage}×`;
    reasons.push(`${what} and the fees of both legs need ${decimal(needed)}, free cash is ${decimal(free)}`);
  }
  return reasons;
}

/** What a size reserves and a fee on it in and out, in units of 1e-8; a plain number, since a size may be absurd. */
function withFees(size: number, leverage: number, feeRate: number): number {
  return (leverage === 1 ? size : Math.ceil(size / leverage)) + 2 * Math.ceil(size * feeRate);
}

/** Each bound that is asked for must be a price on its side: of a long, the stop below and the target above. */
function boundReasons(
  direction: Direction,
  bounds: { readonly stop?: unknown; readonly target?: unknown },
  quote: Quote | undefined,
): string[] {
  const reasons: string[] = [];
  for (const name of ["stop", "target"] as const) {
    if (!(name in bounds)) continue;
    const bound = bounds[name];
    const below = (name === "stop") === (direction === "long");
    if (!isPrice(bound)) reasons.push(`${name} ${describe(bound)} is no price`);
    else if (quote !== undefined && isPrice(quote.price) && !(below ? bound < quote.price : bound > quote.price)) {
      reasons.push(`${name} ${bound} of a ${direction} must be ${below ? "below" : "above"} the price ${quote.price}`);
    }
  }
  return reasons;
}

function isLeaving(account: Account, held: HeldPosition): boolean {
  return account.pending.some((order) => order.kind === "exit" && order.positionId === held.positionId);
}

function exitOf(request: AssessRequest, held: HeldPosition): ApprovedOrder {
  return approve({
    ...orderOf(request, "exit", held.symbol, held.direction, held.positionId),
    positionId: held.positionId,
  });
}

function orderOf(
  request: AssessRequest,
  kind: "entry" | "scale-in" | "exit" | "amend",
  symbol: string,
  direction: Direction,
  ...leg: string[]
) {
  return {
    clientOrderId: request.idOf(request.decisionId, kind, ...leg),
    decisionId: request.decisionId,
    agent: request.agent,
    kind,
    symbol,
    direction,
    at: request.at,
  };
}

function refuse(reasons: readonly string[]): Assessment {
  return { orders: [], refusal: { reasons } };
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY;
}

function decimal(units: number): string {
  return Number.isSafeInteger(units) ? toDecimal(units as Money) : `${units / 1e8}`;
}

/** A value that somebody else wrote, short and on one line. */
function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || value === undefined || value === null)
    return `${value}`;
  return `of type ${typeof value}`;
}
