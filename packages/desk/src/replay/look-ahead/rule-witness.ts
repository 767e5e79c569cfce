import { oneLine } from "@alphaforge/core/errors";
import type { RulesDecider } from "../../deciders/rules/rules-decider.ts";
import type { CrossSight, TimeframeSight } from "../../deciders/sight.ts";
import type { Criterion, Held, Strategy } from "../../strategies/strategy.ts";
import { exactText } from "./exact-text.ts";

/** Told what a rule answered: its id, of which symbol ("" for a rule of the whole book), and the answer as text. */
export type RuleAnswer = (rule: string, symbol: string, answer: string) => void;

// Rules of any strategy; their setups are private to it, and were checked where it was written.
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Any = any;
type Sight = TimeframeSight<Any> | CrossSight<Any, Any>;
type Seen = { readonly symbol: string; readonly close: number; readonly at: number; held?: Held };

/**
 * Decides as `decider` does, after it has put every rule of the strategy to every symbol in sight, also those that the
 * decision does not reach. A fresh book holds nothing, so rules of exits and additions are asked as if the symbol had
 * been entered at the last close, once for each direction.
 */
export function witnessedRules(
  decider: RulesDecider<Any>,
  strategy: Strategy,
  answered: RuleAnswer,
): RulesDecider<Any> {
  return {
    kind: "rules",
    get abstention() {
      return decider.abstention;
    },
    decide(sight: Sight, account) {
      if ("market" in sight) {
        answered("memory", "", exactText(sight.memory));
        if (strategy.scope === "cross") ask(strategy.exitAll, sight, "", answered);
      }
      for (const setup of sight.setups) if (setup.held === undefined) askAll(strategy, setup as Seen, answered);
      return decider.decide(sight, account);
    },
  };
}

function askAll(strategy: Strategy, setup: Seen, answered: RuleAnswer): void {
  const { symbol } = setup;
  for (const rule of strategy.entries) {
    ask(rule.criteria, setup, symbol, answered);
    answered(
      `plan of ${rule.criteria[0]?.id ?? rule.direction}`,
      symbol,
      answerOf(() => rule.plan(setup as Any)),
    );
  }
  answered(
    "priority",
    symbol,
    answerOf(() => strategy.priority(setup as Any)),
  );
  for (const direction of ["long", "short"] as const) {
    setup.held = heldSince(setup, direction);
    try {
      for (const rule of strategy.scaleIns)
        if (rule.direction === direction) ask(rule.criteria, setup, symbol, answered);
      for (const rule of strategy.exits) if (rule.direction === direction) ask(rule.anyOf, setup, symbol, answered);
    } finally {
      setup.held = undefined;
    }
  }
}

function ask(criteria: readonly Criterion<Any>[], view: unknown, symbol: string, answered: RuleAnswer): void {
  for (const criterion of criteria) {
    answered(
      criterion.id,
      symbol,
      answerOf(() => criterion.holds(view)),
    );
  }
}

/** A rule that throws answers with its error: only whether the future changes that is asked here. */
function answerOf(asked: () => unknown): string {
  try {
    return exactText(asked());
  } catch (error) {
    return `error: ${oneLine(error)}`;
  }
}

function heldSince({ close, at }: Seen, direction: "long" | "short"): Held {
  const side = direction === "long" ? 1 : -1;
  return {
    direction,
    entryPrice: close,
    firstEntryPrice: close,
    stop: close * (1 - 0.05 * side),
    target: close * (1 + 0.05 * side),
    openedAt: at,
    barsHeld: 1,
    scaleIns: 0,
  };
}
