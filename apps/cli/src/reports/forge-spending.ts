import type { AttemptView } from "@alphaforge/forge/sessions/task-view";

/** What coders have used, as they report it. */
export interface Spending {
  /** All four kinds together. */
  readonly tokens: number;
  readonly usd: number;
  /** Attempts that used tokens and whose price is not known: `usd` lacks them. */
  readonly unpriced: number;
  /** Some attempt's price is known. */
  readonly isPriced: boolean;
}

/** Of attempts whose coder has ended; what a coder uses at this moment is not written down yet. */
export function spendingOf(attempts: readonly AttemptView[]): Spending {
  let [tokens, usd, unpriced] = [0, 0, 0];
  const isPriced = attempts.some(({ costUsd }) => costUsd !== undefined);
  for (const { usage, costUsd } of attempts) {
    const used = usage === undefined ? 0 : usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
    tokens += used;
    usd += costUsd ?? 0;
    if (costUsd === undefined && used > 0) unpriced++;
  }
  return { tokens, usd, unpriced, isPriced };
}

/** "1.2 M tokens, $4.10 without 2 attempts of unknown price". */
export function spendingWords({ tokens, usd, unpriced, isPriced }: Spending): string {
  if (unpriced === 0) return `${tokenWords(tokens)}, ${dollars(usd)}`;
  const attempts = `${unpriced} attempt${unpriced === 1 ? "" : "s"}`;
  if (!isPriced) return `${tokenWords(tokens)}, price unknown`;
  return `${tokenWords(tokens)}, ${dollars(usd)} without ${attempts} of unknown price`;
}

/** "950 tokens", "12.3 k tokens", "1.2 M tokens". */
export function tokenWords(tokens: number): string {
  if (tokens < 1000) return `${tokens} token${tokens === 1 ? "" : "s"}`;
  // Not "1000.0 k" for 999,960.
  return tokens < 999_950 ? `${(tokens / 1e3).toFixed(1)} k tokens` : `${(tokens / 1e6).toFixed(1)} M tokens`;
}

/** "$0.31"; what rounds to nothing and is not is said so. */
export function dollars(usd: number): string {
  return usd > 0 && usd < 0.005 ? "under $0.01" : `$${usd.toFixed(2)}`;
}
