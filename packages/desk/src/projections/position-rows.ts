import type { StoredEvent } from "@alphaforge/core/log/event-log";
import type { ClientBase } from "pg";
import type { DeskEvents } from "../events.ts";
import { add, fromDecimal, type Money, subtract, toDecimal, ZERO } from "../instrument/money.ts";
import { baseUnits } from "../instrument/quantity.ts";

interface Row {
  id: string;
  agent: string;
  symbol: string;
  direction: string;
  quantity: number;
  entry_price: number;
  notional: Money;
  stop_loss: number;
  take_profit: number | null;
  trail_distance: number | null;
  expires_at: string | null;
  opened_at: string;
  mark_price: number;
  unrealised: Money;
  fees: Money;
  funding: Money;
  entry_decision: string;
}

type Approved = DeskEvents["order.approved"];

const MONEY_COLUMNS = ["notional", "unrealised", "fees", "funding"] as const;

/** Open positions: those that a chunk touches are read, folded in memory and written back. */
export class PositionRows {
  readonly #rows = new Map<string, Row>();
  readonly #closed = new Set<string>();
  /** Protections come with the approval, the position with the fill, perhaps in a later chunk. */
  readonly #approved: Map<string, Approved>;

  private constructor(approved: Map<string, Approved>) {
    this.#approved = approved;
  }

  static async load(client: ClientBase, events: readonly StoredEvent[]): Promise<PositionRows> {
    const ids = new Set<string>();
    const orders = new Set<string>();
    for (const { type, data } of events) {
      if (type === "order.filled") orders.add((data as DeskEvents["order.filled"]).clientOrderId);
      if (type === "order.filled" || type === "funding.posted" || type === "position.protected") {
        ids.add((data as { positionId: string }).positionId);
      }
    }
    const rows = new PositionRows(await approvals(client, events, orders));
    if (ids.size > 0) {
      const { rows: stored } = await client.query(
        `SELECT id, agent, symbol, direction, quantity, entry_price, notional::text, stop_loss, take_profit, trail_distance,
           expires_at::text, opened_at::text, mark_price, unrealised::text, fees::text, funding::text, entry_decision
         FROM positions WHERE id = ANY($1)`,
        [[...ids]],
      );
      for (const row of stored) {
        for (const column of MONEY_COLUMNS) row[column] = fromDecimal(row[column]);
        rows.#rows.set(row.id, row as Row);
      }
    }
    return rows;
  }

  fold(event: StoredEvent): void {
    switch (event.type) {
      case "order.filled":
        this.#fill(event.at, event.data as DeskEvents["order.filled"]);
        return;
      case "funding.posted": {
        const { positionId, amount } = event.data as DeskEvents["funding.posted"];
        const row = this.#row(positionId, "funding");
        row.funding = add(row.funding, amount);
        return;
      }
      case "position.protected": {
        const { positionId, stop, target } = event.data as DeskEvents["position.protected"];
        const row = this.#row(positionId, "a protection");
        row.stop_loss = stop;
        row.take_profit = target ?? null;
        return;
      }
      case "position.closed": {
        const { positionId } = event.data as DeskEvents["position.closed"];
        this.#rows.delete(positionId);
        this.#closed.add(positionId);
        return;
      }
    }
  }

  async write(client: ClientBase): Promise<void> {
    if (this.#closed.size > 0) await client.query("DELETE FROM positions WHERE id = ANY($1)", [[...this.#closed]]);
    if (this.#rows.size === 0) return;
    const rows = [...this.#rows.values()].map((row) => ({
      ...row,
      ...Object.fromEntries(MONEY_COLUMNS.map((column) => [column, toDecimal(row[column])])),
    }));
    await client.query(
      `INSERT INTO positions SELECT * FROM json_populate_recordset(NULL::positions, $1::json)
       ON CONFLICT (id) DO UPDATE SET quantity = EXCLUDED.quantity, entry_price = EXCLUDED.entry_price,
         notional = EXCLUDED.notional, stop_loss = EXCLUDED.stop_loss, take_profit = EXCLUDED.take_profit,
         trail_distance = EXCLUDED.trail_distance, expires_at = EXCLUDED.expires_at, fees = EXCLUDED.fees,
         funding = EXCLUDED.funding`,
      [JSON.stringify(rows)],
    );
  }

  /** The position that an event is about. The log opens it before: without it the table or the log is damaged. */
  #row(positionId: string, what: string): Row {
    const row = this.#rows.get(positionId);
    if (row === undefined) {
      throw new Error(`${what} is for position ${positionId}, which is not open in the table: rebuild the projection`);
    }
    return row;
  }

  #fill(at: number, fill: DeskEvents["order.filled"]): void {
    const { lots, lotDecimals } = fill;
    const quantity = baseUnits(lots, lotDecimals);
    if (fill.kind === "exit") {
      const row = this.#row(fill.positionId, `exit fill ${fill.clientOrderId}`);
      row.quantity = baseUnits(lotsOf(row.quantity, lotDecimals) - lots, lotDecimals);
      // What the lots had cost: what they brought in, less a long's profit.
      const cost =
        fill.direction === "long" ? subtract(fill.notional, fill.realised) : add(fill.notional, fill.realised);
      row.notional = subtract(row.notional, cost);
      row.fees = add(row.fees, fill.fee);
      return;
    }
    const row = this.#rows.get(fill.positionId);
    if (row !== undefined) {
      row.entry_price = (row.entry_price * row.quantity + fill.price * quantity) / (row.quantity + quantity);
      row.quantity = baseUnits(lotsOf(row.quantity, lotDecimals) + lots, lotDecimals);
      row.notional = add(row.notional, fill.notional);
      row.fees = add(row.fees, fill.fee);
      return;
    }
    const order = this.#approved.get(fill.clientOrderId);
    if (order?.stop === undefined) {
      throw new Error(`fill ${fill.clientOrderId} has no approved order with a stop in the log`);
    }
    this.#rows.set(fill.positionId, {
      id: fill.positionId,
      agent: fill.agent,
      symbol: fill.symbol,
      direction: fill.direction,
      quantity,
      entry_price: fill.price,
      notional: fill.notional,
      stop_loss: order.stop,
      take_profit: order.target ?? null,
      trail_distance: order.trailDistance ?? null,
      expires_at: order.expiresAt === undefined ? null : new Date(order.expiresAt).toISOString(),
      opened_at: new Date(at).toISOString(),
      mark_price: fill.price,
      unrealised: ZERO,
      fees: fill.fee,
      funding: ZERO,
      entry_decision: order.decisionId,
    });
  }
}

/** Whole lots of a quantity: sums are made in these, because 0.3 − 0.1 in base units is not 0.2. */
function lotsOf(quantity: number, lotDecimals: number): number {
  return Math.round(quantity * 10 ** lotDecimals);
}

/** The approvals behind a chunk's fills: in the chunk itself, or earlier in the log. */
async function approvals(
  client: ClientBase,
  events: readonly StoredEvent[],
  orders: ReadonlySet<string>,
): Promise<Map<string, Approved>> {
  const found = new Map<string, Approved>();
  for (const { type, data } of events) {
    if (type === "order.approved") found.set((data as Approved).clientOrderId, data as Approved);
  }
  const missing = [...orders].filter((id) => !found.has(id));
  if (missing.length > 0) {
    const { rows } = await client.query<{ data: Approved }>(
      "SELECT data FROM events WHERE type = 'order.approved' AND data->>'clientOrderId' = ANY($1)",
      [missing],
    );
    for (const { data } of rows) found.set(data.clientOrderId, data);
  }
  return found;
}
