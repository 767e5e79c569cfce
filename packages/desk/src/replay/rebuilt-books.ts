import { oneLine } from "@alphaforge/core/errors";
import type { StoredEvent } from "@alphaforge/core/log/event-log";
import type { DeskEvent, DeskEvents, DeskEventType } from "../events.ts";
import { add, type Money, ZERO } from "../instrument/money.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import { type BookFigures, figuresOf } from "./book-figures.ts";

/** A recorded event that does not fit the book that the events before it give. */
export interface Damage {
  readonly seq: number;
  readonly type: string;
  readonly reason: string;
}

type Enrolled = DeskEvents["agent.enrolled"] & { readonly at: number };

interface Book {
  readonly enrolled: Enrolled;
  readonly ledger: Ledger;
  /** Cash moved by each open position's postings: what it came to once it is closed. */
  readonly flows: Map<string, Money>;
  trades: number;
  net: Money;
  damage: Damage | undefined;
}

/** What a book is rebuilt from: who opened it, and its postings. */
export const POSTINGS: readonly DeskEventType[] = [
  "agent.enrolled",
  "order.filled",
  "funding.posted",
  "cash.deposited",
];

/**
 * Every ledger folded anew from its recorded postings. Trades are counted from the fills that emptied a position, not
 * from the recorded closes. An event that does not fit ends the fold of its book, with the reason.
 */
export class RebuiltBooks {
  readonly #books = new Map<string, Book>();

  apply(stored: StoredEvent): void {
    const { type, at, data, seq } = stored;
    const event = { type, at, data } as DeskEvent;
    if (event.type === "agent.enrolled") {
      const { agent, initialBalance } = event.data;
      if (this.#books.has(agent)) return;
      const ledger = openLedger(agent, initialBalance, at);
      this.#books.set(agent, {
        enrolled: { ...event.data, at },
        ledger,
        flows: new Map(),
        trades: 0,
        net: ZERO,
        damage: undefined,
      });
      return;
    }
    const { agent } = data as DeskEvents["order.filled"];
    const book = this.#books.get(agent);
    if (book === undefined) throw new Error(`the log has ${type} of ${agent} at seq ${seq}, who was never enrolled`);
    if (book.damage !== undefined) return;
    try {
      book.ledger.apply(event);
      follow(book, event);
    } catch (error) {
      book.damage = { seq, type, reason: oneLine(error) };
    }
  }

  figures(): ReadonlyMap<string, BookFigures> {
    return new Map([...this.#books].map(([agent, { ledger, trades, net }]) => [agent, figuresOf(ledger, trades, net)]));
  }

  /** By agent: its first enrolment. */
  enrolled(): ReadonlyMap<string, Enrolled> {
    return new Map([...this.#books].map(([agent, { enrolled }]) => [agent, enrolled]));
  }

  damageOf(agent: string): Damage | undefined {
    return this.#books.get(agent)?.damage;
  }
}

function follow(book: Book, event: DeskEvent): void {
  if (event.type !== "order.filled" && event.type !== "funding.posted") return;
  const { positionId, symbol } = event.data;
  const before = book.flows.get(positionId) ?? ZERO;
  const flow = add(before, event.type === "order.filled" ? event.data.cash : cashOf(event.data));
  if (event.type === "order.filled" && book.ledger.position(symbol) === undefined) {
    book.flows.delete(positionId);
    book.trades += 1;
    book.net = add(book.net, flow);
  } else book.flows.set(positionId, flow);
}

/** What funding did to free cash: the rest came out of the margin. */
function cashOf({ amount, fromMargin }: DeskEvents["funding.posted"]): Money {
  return fromMargin === undefined ? amount : add(amount, fromMargin);
}
