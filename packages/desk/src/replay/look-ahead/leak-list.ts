import type { Difference } from "./compare-sightings.ts";
import { SUBJECT_KINDS, type Subject, type SubjectKind } from "./witness.ts";

/** One feature, signal, rule, … that sees the future. */
export interface Leak {
  readonly kind: SubjectKind;
  /** A feature's key, a signal's name, a rule's id; the agent or the timeframe where there is no other name. */
  readonly name: string;
  readonly agent?: string;
  /** The close that was looked at when it was found first, ms, and at how many closes it was found. */
  readonly at: number;
  readonly closes: number;
  readonly first: Difference;
  /** It also changes when nothing does: it depends on something besides candles. */
  readonly unsteady: boolean;
  /** What usually causes it. */
  readonly cause: string;
}

type Found = Omit<Leak, "closes" | "cause"> & { readonly at: number; readonly all: Set<number> };

/** Gathers differences by what leaks; a feature that leaks on every symbol at every close is one leak. */
export class LeakList {
  readonly #found = new Map<string, Found>();

  add(at: number, difference: Difference, unsteady: boolean): void {
    const { kind, agent } = difference.subject;
    const name = nameOf(difference.subject);
    const key = JSON.stringify([kind, name, agent]);
    const known = this.#found.get(key);
    if (known === undefined) {
      this.#found.set(key, { kind, name, agent, at, first: difference, unsteady, all: new Set([at]) });
      return;
    }
    known.all.add(at);
    const earliest = at < known.at ? { at, first: difference } : {};
    this.#found.set(key, { ...known, ...earliest, unsteady: known.unsteady || unsteady });
  }

  inOrder(): readonly Leak[] {
    const order = (kind: SubjectKind): number => SUBJECT_KINDS.indexOf(kind);
    const kinds = new Set([...this.#found.values()].map(({ kind }) => kind));
    return [...this.#found.values()]
      .sort((a, b) => order(a.kind) - order(b.kind) || a.at - b.at || (a.name < b.name ? -1 : 1))
      .map(({ all, ...leak }) => ({ ...leak, closes: all.size, cause: causeOf(leak.kind, leak.unsteady, kinds) }));
  }
}

function nameOf({ kind, name, agent, timeframe }: Subject): string {
  if (name !== "") return name;
  return agent ?? `${kind} ${timeframe ?? ""}`.trim();
}

function causeOf(kind: SubjectKind, unsteady: boolean, kinds: ReadonlySet<SubjectKind>): string {
  if (unsteady) {
    return "it changes even when nothing does: a random number, the machine's time, or a variable that outlives a call";
  }
  if (kind === "feature") {
    return "it reads a later candle: an index i + 1, a centred window, a mean or maximum over the whole series, or filling backwards; or it builds on a feature that does";
  }
  const earlier = SUBJECT_KINDS.slice(0, SUBJECT_KINDS.indexOf(kind)).filter((each) => kinds.has(each));
  if (earlier.length > 0) return `most likely it follows from the ${earlier.join(", ")} above`;
  return "it reads something besides what it is given: a series or column that it keeps from elsewhere, or a variable outside of it";
}
