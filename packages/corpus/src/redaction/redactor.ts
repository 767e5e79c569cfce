import { DetectorIndex } from "./detector-index.ts";
import { plain, readings } from "./escapes.ts";
import { betweenMarkers, MARKER, marker } from "./markers.ts";
import type { Finding, RedactionRule } from "./rule.ts";

/** A JSON value with nothing left in it that the rules find, as one line and as what that line says. */
export interface Redacted {
  readonly line: string;
  readonly value: unknown;
  /** How often each kind was taken out. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Something is left after redaction. Names the kind and the place, never what was found. */
export class SecretLeft extends Error {
  override readonly name = "SecretLeft";
  readonly kind: string;
  constructor(kind: string) {
    super(`something that looks like ${kind} is left after redaction`);
    this.kind = kind;
  }
}

/** A string of a record. A value is searched behind its key, since many a secret is one only by its name. */
interface Unit {
  readonly text: string;
  /** What stands before the text when it is searched: `"api_key":"`. */
  readonly before: string;
}

/** A key that can make a secret of its value. */
const TELLING = /secret|token|key|pass|auth|apca|alpaca|binance|mbx|session/i;

/**
 * Takes out of JSON values what rules find, in keys as well as in values, through any number of JSON encodings. All
 * that all rules find is collected first; the longest comes first, and what overlaps it is merged into it. The result
 * is read back and searched again.
 */
export class Redactor {
  readonly rules: readonly RedactionRule[];
  readonly #index: DetectorIndex;

  constructor(rules: readonly RedactionRule[]) {
    this.rules = rules;
    this.#index = new DetectorIndex(rules.flatMap((rule) => rule.detectors));
  }

  /** @throws SecretLeft, EscapedTooDeeply: then the value must not leave. */
  async redact(value: unknown): Promise<Redacted> {
    const units = unitsOf(value);
    const found = await this.#search(units);
    const counts: Record<string, number> = {};
    let line = JSON.stringify(value);
    if (found.size > 0) {
      const naming = new Naming(units);
      const texts = units.map((unit, i) => naming.replace(unit.text, found.get(i) ?? [], counts));
      line = JSON.stringify(rebuild(value, texts));
    }
    const written: unknown = JSON.parse(line);
    const left = await this.#search(unitsOf(written));
    for (const findings of left.values()) throw new SecretLeft((findings[0] as Finding).kind);
    return { line, value: written, counts };
  }

  /** What is found in each unit, by its index; units without findings are absent. */
  async #search(units: readonly Unit[]): Promise<ReadonlyMap<number, readonly Finding[]>> {
    const found = new Map<number, readonly Finding[]>();
    for (const [i, unit] of units.entries()) {
      const findings: Finding[] = [];
      for (const reading of readings(unit.before + unit.text)) {
        for (const part of betweenMarkers(reading.text)) {
          for (const detector of this.#index.worthAsking(part.text)) {
            const answer = detector.find(part.text);
            for (const { start, end, kind } of answer instanceof Promise ? await answer : answer) {
              const [from, to] = reading.origin(start + part.from, end + part.from);
              // The key is a unit of its own.
              const clipped = { start: Math.max(0, from - unit.before.length), end: to - unit.before.length, kind };
              if (clipped.end > clipped.start) findings.push(clipped);
            }
          }
        }
      }
      if (findings.length > 0) found.set(i, merge(findings));
    }
    return found;
  }
}

/** The longest first; what overlaps becomes one, named after the longest in it. */
function merge(findings: readonly Finding[]): readonly Finding[] {
  const merged: Finding[] = [];
  for (const finding of [...findings].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
    let { start, end, kind } = finding;
    for (let i = merged.length - 1; i >= 0; i -= 1) {
      const other = merged[i] as Finding;
      if (other.start >= end || other.end <= start) continue;
      start = Math.min(start, other.start);
      end = Math.max(end, other.end);
      kind = other.kind;
      merged.splice(i, 1);
    }
    merged.push({ start, end, kind });
  }
  return merged.sort((a, b) => a.start - b.start);
}

/** Gives every secret of a record its marker, the same one wherever it stands. */
class Naming {
  readonly #markers = new Map<string, string>();
  readonly #last = new Map<string, number>();

  constructor(units: readonly Unit[]) {
    // Markers that a record came with keep their numbers to themselves.
    for (const { text } of units) {
      if (!text.includes("<REDACTED:")) continue;
      for (const [, kind = "", number = "0"] of text.matchAll(MARKER)) {
        this.#last.set(kind, Math.max(this.#last.get(kind) ?? 0, Number(number)));
      }
    }
  }

  replace(text: string, findings: readonly Finding[], counts: Record<string, number>): string {
    let out = "";
    let from = 0;
    for (const { start, end, kind } of findings) {
      out += text.slice(from, start) + this.#markerOf(kind, plain(text.slice(start, end)));
      from = end;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return out + text.slice(from);
  }

  #markerOf(kind: string, secret: string): string {
    const known = this.#markers.get(secret);
    if (known !== undefined) return known;
    const number = (this.#last.get(kind) ?? 0) + 1;
    this.#last.set(kind, number);
    const made = marker(kind, number);
    this.#markers.set(secret, made);
    return made;
  }
}

/** Every key and every string of a value, in the order in which `rebuild` takes them. */
function unitsOf(value: unknown): Unit[] {
  const units: Unit[] = [];
  const visit = (node: unknown, before: string): void => {
    if (typeof node === "string") units.push({ text: node, before });
    else if (Array.isArray(node)) for (const item of node) visit(item, before);
    else if (typeof node === "object" && node !== null) {
      for (const [key, item] of Object.entries(node)) {
        units.push({ text: key, before: "" });
        visit(item, TELLING.test(key) ? `"${key}":"` : "");
      }
    }
  };
  visit(value, "");
  return units;
}

function rebuild(value: unknown, texts: readonly string[]): unknown {
  let next = 0;
  const visit = (node: unknown): unknown => {
    if (typeof node === "string") return texts[next++] as string;
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== "object" || node === null) return node;
    // Not by assignment: a key "__proto__" would vanish.
    return Object.fromEntries(Object.values(node).map((item) => [texts[next++] as string, visit(item)]));
  };
  return visit(value);
}
