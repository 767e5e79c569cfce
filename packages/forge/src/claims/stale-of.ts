import type { TokenAnswer } from "./rules/claim-book.ts";

/** Each once, rising: the order in which every transaction locks claims, so that none waits for another in a circle. */
export function inTokenOrder(tokens: readonly number[]): readonly number[] {
  return [...new Set(tokens)].sort((a, b) => a - b);
}

/** Those of `tokens` that were refused, and why; undefined when none was. One answer per token. */
export function staleOf(
  tokens: readonly number[],
  answers: readonly TokenAnswer[],
): { readonly ok: false; readonly stale: readonly number[]; readonly reason: string } | undefined {
  const reasons = answers.flatMap((answer) => (answer.ok ? [] : [answer.reason]));
  if (reasons.length === 0) return undefined;
  return { ok: false, stale: tokens.filter((_, index) => answers[index]?.ok !== true), reason: reasons.join("; ") };
}
