import type { StoredEvent } from "@alphaforge/core/log/event-log";
import type { ClientBase } from "pg";
import type { DeskEvents } from "../events.ts";
import { add, type Money, negate, toDecimal, ZERO } from "../instrument/money.ts";

const COLUMNS = ["cash", "margin", "realised", "fees", "funding", "deposits"] as const;
type Column = (typeof COLUMNS)[number];
type Change = Record<Column, Money> & { at: number };

/** What a chunk of events does to each book, summed, so that each is updated once. */
export class BookChanges {
  readonly #changes = new Map<string, Change>();

  fold(event: StoredEvent): void {
    switch (event.type) {
      case "order.filled": {
        const data = event.data as DeskEvents["order.filled"];
        this.#move(data.agent, event.at, {
          cash: data.cash,
          margin: data.margin,
          realised: data.realised,
          fees: data.fee,
        });
        return;
      }
      case "funding.posted": {
        const data = event.data as DeskEvents["funding.posted"];
        const fromMargin = data.fromMargin ?? ZERO;
        this.#move(data.agent, event.at, {
          cash: add(data.amount, fromMargin),
          margin: negate(fromMargin),
          funding: data.amount,
        });
        return;
      }
      case "cash.deposited": {
        const data = event.data as DeskEvents["cash.deposited"];
        this.#move(data.agent, event.at, { cash: data.amount, deposits: data.amount });
        return;
      }
    }
  }

  /** Marked equity moves with cash and margin; the next mark sets it anew from the ledger. */
  async write(client: ClientBase): Promise<void> {
    if (this.#changes.size === 0) return;
    const rows = [...this.#changes].map(([agent, change]) => ({
      agent,
      ...Object.fromEntries(COLUMNS.map((column) => [column, toDecimal(change[column])])),
      updated_at: new Date(change.at).toISOString(),
    }));
    await client.query(
      `UPDATE books SET cash = books.cash + change.cash, margin = books.margin + change.margin,
         equity = books.equity + change.cash + change.margin, realised = books.realised + change.realised,
         fees = books.fees + change.fees, funding = books.funding + change.funding,
         deposits = books.deposits + change.deposits, updated_at = change.updated_at
       FROM json_populate_recordset(NULL::books, $1::json) AS change WHERE books.agent = change.agent`,
      [JSON.stringify(rows)],
    );
  }

  #move(agent: string, at: number, amounts: Partial<Record<Column, Money>>): void {
    let change = this.#changes.get(agent);
    if (change === undefined) {
      change = { cash: ZERO, margin: ZERO, realised: ZERO, fees: ZERO, funding: ZERO, deposits: ZERO, at };
      this.#changes.set(agent, change);
    }
    for (const column of COLUMNS) change[column] = add(change[column], amounts[column] ?? ZERO);
    change.at = at;
  }
}
