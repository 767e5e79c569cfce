import type { Account } from "../risk/account.ts";
import type { Agent } from "./agent.ts";

/** The agent's means as risk looks at them: the ledger's sizes, execution's protections and waiting orders. */
export function accountOf({ ledger, execution }: Agent): Account {
  const positions = [...ledger.positions()].map(({ id, symbol, direction, lots, cost, openedAt }) => {
    const protection = execution.protection(symbol);
    if (protection === undefined) throw new Error(`position ${id} has no protection`);
    const { stop, statedTarget: target, trailDistance, leverage } = protection;
    return { positionId: id, symbol, direction, lots, cost, openedAt, leverage, stop, target, trailDistance };
  });
  return { equity: ledger.equity, cash: ledger.cash, positions, pending: execution.pending() };
}
