import { MOST_BYTES, tooLarge } from "./decode-spec.ts";
import type { Feature, Spec } from "./feature.ts";
import { findCycles } from "./find-cycles.ts";
import { type Draft, readFeature, reportText, reportUnknown } from "./read-feature.ts";
import { readXml } from "./read-xml.ts";
import type { Roots } from "./roots.ts";
import { type Report, type SpecProblem, shown } from "./spec-problem.ts";

export const MOST_FEATURES = 10_000;

export type SpecReading = { readonly spec: Spec } | { readonly problems: readonly SpecProblem[] };

export interface SpecSource {
  readonly file: string;
  readonly roots: Roots;
  /** Features that there are already, in a session that this one is added to: they may be depended on. */
  readonly known?: readonly number[];
}

/**
 * Reads a spec, or reports everything that is wrong with it, in the order of the file. Only what cannot be read on
 * (XML that is not well-formed, a DOCTYPE, too large, too deep) hides what comes after it.
 */
export function readSpec(text: string, { file, roots, known = [] }: SpecSource): SpecReading {
  const problems: SpecProblem[] = [];
  const report: Report = (at, what, remedy) => void problems.push({ file, at, what, remedy });
  if (text.length > MOST_BYTES || new TextEncoder().encode(text).length > MOST_BYTES) {
    return { problems: [tooLarge(file)] };
  }
  const features = readFeatures(text, roots, new Set(known), report);
  if (problems.length === 0) return { spec: { features } };
  return { problems: problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column) };
}

function readFeatures(text: string, roots: Roots, known: ReadonlySet<number>, report: Report): readonly Feature[] {
  const root = readXml(text.replace(/^\ufeff/, ""), report);
  if (root === undefined) return [];
  if (root.name !== "spec") {
    report(root.at, `the root is ${shown(root.name)}`, "write <spec> around the features");
    return [];
  }
  reportUnknown(root, [], ["feature"], report);
  reportText(root, report);
  const elements = root.children.filter(({ name }) => name === "feature");
  if (elements.length === 0) report(root.at, "a spec without features", "add a <feature>");
  const surplus = elements[MOST_FEATURES];
  if (surplus !== undefined) {
    report(surplus.at, `more than ${MOST_FEATURES.toLocaleString("en")} features`, "split the spec");
    return [];
  }
  const drafts = elements.map((element) => readFeature(element, roots, report));
  reportDuplicates(drafts, report);
  reportDependencies(drafts, known, report);
  return drafts.map(({ feature }) => feature);
}

function reportDuplicates(drafts: readonly Draft[], report: Report): void {
  const first = new Map<number, Draft>();
  for (const draft of drafts) {
    if (draft.index === undefined) continue;
    const other = first.get(draft.index);
    if (other === undefined) first.set(draft.index, draft);
    else {
      report(
        draft.indexAt,
        `index ${draft.index} is taken by the feature in line ${other.feature.at.line}`,
        "give it a number of its own",
      );
    }
  }
}

function reportDependencies(drafts: readonly Draft[], elsewhere: ReadonlySet<number>, report: Report): void {
  const known = new Map(drafts.flatMap((draft) => (draft.index === undefined ? [] : [[draft.index, draft] as const])));
  for (const { index, dependencies } of drafts) {
    for (const dependency of dependencies) {
      if (dependency.index === index)
        report(dependency.at, `feature ${index} depends on itself`, "remove it from depends_on");
      else if (!known.has(dependency.index) && !elsewhere.has(dependency.index)) {
        report(
          dependency.at,
          `depends_on: there is no feature ${dependency.index}`,
          "correct the number, or add the feature",
        );
      }
    }
  }
  for (const cycle of findCycles(new Map([...known].map(([index, { feature }]) => [index, feature.dependsOn])))) {
    const [from, to] = [cycle[0] as number, cycle[1] as number];
    const at = known.get(from)?.dependencies.find(({ index }) => index === to)?.at as SpecProblem["at"];
    report(at, `features wait for each other: ${drawn(cycle)}`, "remove one of these dependencies");
  }
}

const LONGEST_DRAWN = 20;

/** `3 → 5 → 3`; the middle of a long cycle is counted. */
function drawn(cycle: readonly number[]): string {
  const left = cycle.length - LONGEST_DRAWN;
  const steps = left > 0 ? [...cycle.slice(0, LONGEST_DRAWN), `(${left} more)`] : cycle;
  return [...steps, cycle[0]].join(" → ");
}
