import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DetectorIndex } from "./detector-index.ts";
import type { Detector } from "./rule.ts";
import { standardRules } from "./standard-rules.ts";
import { syntheticSecrets } from "./synthetic-secrets.fixture.ts";

const detector = (needles: readonly string[], opens = () => true): Detector => ({
  gates: [{ needles, opens }],
  find: () => [],
});

test("a detector is asked where a needle stands, in whatever case and place, and nowhere else", () => {
  const [abc, tail, always] = [detector(["abc"]), detector(["x-y_Z.1"]), { find: () => [] }];
  const index = new DetectorIndex([abc, tail, always]);
  const asked = (text: string) => index.worthAsking(text);
  expect(asked("")).toEqual([always]);
  expect(asked("ab")).toEqual([always]);
  expect(asked("..aBC")).toEqual([abc, always]);
  expect(asked("abcX-Y_z.1")).toEqual([abc, tail, always]);
  // Alike in the five bits that the table goes by, and no needle all the same.
  expect(asked("!\u0002# x-y_z.q")).toEqual([always]);
});

test("a gate that does not open keeps its detector out, another gate of it lets it in", () => {
  const closed = detector(["abc"], () => false);
  const either: Detector = {
    gates: [...(closed.gates ?? []), { needles: ["abc"], opens: () => true }],
    find: () => [],
  };
  expect(new DetectorIndex([closed, either]).worthAsking("abc")).toEqual([either]);
});

test("a needle that is too short for the table is refused", () => {
  expect(() => new DetectorIndex([detector(["sk"])])).toThrow(/"sk" is shorter than three letters/);
});

test("whatever the text, a detector of the standard rules that is not asked finds nothing in it", async () => {
  const detectors = standardRules().flatMap((rule) => rule.detectors);
  const index = new DetectorIndex(detectors);
  const texts = syntheticSecrets().map(({ text }) => text);
  const part = fc
    .constantFrom(...texts)
    .chain((text) =>
      fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([a, b]) => text.slice(Math.min(a, b), Math.max(a, b))),
    );
  const cased = (piece: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.oneof(
      piece,
      piece.map((text) => text.toUpperCase()),
      piece.map((text) => text.toLowerCase()),
    );
  const piece = cased(fc.oneof(fc.constantFrom(...texts), part, fc.string({ unit: "binary", maxLength: 8 })));
  const runs = SOAK ? 20_000 : 500;
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 4 }), async (pieces) => {
      const text = pieces.join("");
      const asked = new Set(index.worthAsking(text));
      for (const each of detectors) {
        const findings = await each.find(text);
        if (findings.length > 0) expect(asked.has(each)).toBe(true);
        found += findings.length;
      }
    }),
    { numRuns: runs },
  );
  expect(found).toBeGreaterThan(100);
  tellCounts("detectors worth asking", `${runs} texts with ${found} findings, none missed`);
});
