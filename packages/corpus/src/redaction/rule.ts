/** A range of a text that must not leave: [start, end) in UTF-16 units. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** What the marker calls it: lower-case letters, digits and dashes. */
  readonly kind: string;
}

/** What a text must hold before a detector is asked about it, so that most texts cost one look for all detectors. */
export interface Gate {
  /** Three letters or more each. The gate is looked at only where one of these occurs, in whatever case. */
  readonly needles: readonly string[];
  opens(text: string): boolean;
}

/** Finds one kind of thing. */
export interface Detector {
  /** `find` finds nothing in a text that no gate lets through. Without gates it is always asked. */
  readonly gates?: readonly Gate[];
  find(text: string): readonly Finding[] | Promise<readonly Finding[]>;
}

/** Detectors that are switched on and versioned together: what a record's provenance names. */
export interface RedactionRule {
  readonly name: string;
  /** Raised when what it finds changes: corpora made by different versions are not alike. */
  readonly version: number;
  readonly detectors: readonly Detector[];
}

/** A detector by pattern: the whole match, or the groups that take part in it if the pattern has any. Needs the flag d. */
export function patternDetector(options: {
  readonly kind: string;
  /** The pattern matches only where one of these occurs, in whatever case; none: it is always asked. */
  readonly needles?: readonly string[];
  readonly pattern: RegExp;
  /** Whether what was found is a secret and not a placeholder for one. */
  readonly accept?: (found: string) => boolean;
}): Detector {
  const { kind, needles, pattern, accept } = options;
  // Without its memory of where it was: `test` must start at the beginning.
  const anywhere = new RegExp(pattern.source, pattern.flags.replace(/[dg]/g, ""));
  const opens = (text: string): boolean => anywhere.test(text);
  return {
    ...(needles === undefined ? {} : { gates: [{ needles, opens }] }),
    find: (text) => {
      const findings: Finding[] = [];
      if (needles === undefined && !opens(text)) return findings;
      for (const match of text.matchAll(pattern)) {
        const ranges = match.length > 1 ? (match.indices?.slice(1) ?? []) : [match.indices?.[0]];
        for (const range of ranges) {
          if (range === undefined || range[0] === range[1]) continue;
          if (accept !== undefined && !accept(text.slice(range[0], range[1]))) continue;
          findings.push({ start: range[0], end: range[1], kind });
        }
      }
      return findings;
    },
  };
}
