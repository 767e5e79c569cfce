import type { Detector, Gate } from "./rule.ts";

interface PlacedGate {
  readonly gate: Gate;
  /** Place in `#detectors`. */
  readonly detector: number;
}

interface Needle {
  /** UTF-16 units, ASCII capitals as small letters. */
  readonly units: readonly number[];
  /** Places in `#gates`. */
  readonly gates: number[];
}

/** Three letters by their low five bits each: capitals and small letters alike, and 32 KiB of table in all. */
const CODES = 1 << 15;

/**
 * Which detectors are worth asking about a text. One pass finds all needles of all gates at once: a pass for each of a
 * hundred needles, most of which are absent, took four fifths of redaction's time.
 */
export class DetectorIndex {
  readonly #detectors: readonly Detector[];
  readonly #gates: readonly PlacedGate[];
  /** Places of the detectors without gates. */
  readonly #always: readonly number[];
  /** 1 where a needle begins with these three letters. */
  readonly #begins = new Uint8Array(CODES);
  readonly #needles = new Map<number, Needle[]>();

  constructor(detectors: readonly Detector[]) {
    this.#detectors = detectors;
    this.#always = detectors.flatMap(({ gates }, detector) => (gates === undefined ? [detector] : []));
    this.#gates = detectors.flatMap(({ gates = [] }, detector) => gates.map((gate) => ({ gate, detector })));
    for (const [place, { gate }] of this.#gates.entries()) for (const needle of gate.needles) this.#add(needle, place);
  }

  /** The detectors without gates, and those of which a gate lets the text through, in their order. */
  worthAsking(text: string): readonly Detector[] {
    const open = new Set(this.#always);
    for (const place of this.#reached(text)) {
      const { gate, detector } = this.#gates[place] as PlacedGate;
      if (!open.has(detector) && gate.opens(text)) open.add(detector);
    }
    return [...open].sort((a, b) => a - b).map((detector) => this.#detectors[detector] as Detector);
  }

  /** Places of the gates of which a needle occurs. */
  #reached(text: string): ReadonlySet<number> {
    const begins = this.#begins;
    const reached = new Set<number>();
    let code = 0;
    for (let i = 0; i < text.length; i += 1) {
      code = ((code << 5) | (text.charCodeAt(i) & 31)) & (CODES - 1);
      if (begins[code] === 0) continue;
      for (const needle of this.#needles.get(code) as readonly Needle[]) {
        if (!stands(needle.units, text, i - 2)) continue;
        for (const place of needle.gates) reached.add(place);
      }
    }
    return reached;
  }

  #add(text: string, place: number): void {
    if (text.length < 3) throw new Error(`needle ${JSON.stringify(text)} is shorter than three letters`);
    const units = Array.from({ length: text.length }, (_, i) => small(text.charCodeAt(i)));
    const code = units.slice(0, 3).reduce((sum, unit) => (sum << 5) | (unit & 31), 0);
    this.#begins[code] = 1;
    const known = this.#needles.get(code) ?? [];
    this.#needles.set(code, known);
    const same = known.find((needle) => String(needle.units) === String(units));
    if (same === undefined) known.push({ units, gates: [place] });
    else same.gates.push(place);
  }
}

/** Before the text's beginning and after its end the unit is NaN, which equals none. */
function stands(needle: readonly number[], text: string, start: number): boolean {
  for (let k = 0; k < needle.length; k += 1) if (small(text.charCodeAt(start + k)) !== needle[k]) return false;
  return true;
}

function small(unit: number): number {
  return unit >= 65 && unit <= 90 ? unit + 32 : unit;
}
