/** How often risk refused, by reason: what differs from order to order (amounts, the symbol) is left out of a reason. */
export class RefusalCounts {
  readonly #counts = new Map<string, number>();

  add(reasons: readonly string[], symbol: string | undefined): void {
    for (const reason of reasons) {
      const kind = kindOf(reason, symbol);
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    }
  }

  /** Most frequent first; equal counts by text. */
  entries(): readonly (readonly [reason: string, count: number])[] {
    return [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }
}

function kindOf(reason: string, symbol: string | undefined): string {
  const plain = symbol === undefined || symbol === "" ? reason : reason.replaceAll(symbol, "the symbol");
  return plain.replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, "…");
}
