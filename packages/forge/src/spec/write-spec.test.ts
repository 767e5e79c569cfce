import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { globProblem } from "./check-glob.ts";
import type { Feature, Spec } from "./feature.ts";
import { trim } from "./read-feature.ts";
import { readSpec } from "./read-spec.ts";
import { DEFAULT_ROOTS, pluginGlobs } from "./roots.ts";
import { problemLine } from "./spec-problem.ts";
import { writeSpec } from "./write-spec.ts";

const roots = DEFAULT_ROOTS;
const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);
const text = fc
  .oneof(fc.string({ unit: "grapheme", maxLength: 8 }), fc.string({ unit: fc.constantFrom(..."<>&\"'\r\n\t ]>a{}") }))
  .map((drawn) => trim(drawn.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")) || "x");
const glob = fc
  .array(
    fc.constantFrom(
      "a",
      "a*",
      "?b",
      "**",
      "[a,b]",
      "x[],]",
      "[!,]",
      "{a,b}",
      "{a,{b,c}}",
      "ä",
      "a&b",
      "<a>",
      "'\"",
      "x;y",
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((segments) => segments.join("/"))
  .filter((drawn) => globProblem(drawn) === undefined);

const shape = fc.oneof(
  fc.record({ shape: fc.constant("plugin" as const), plugin: name, files: fc.array(glob) }),
  fc.record({ shape: fc.constant("core" as const), files: fc.array(glob, { minLength: 1 }) }),
  fc.record({ files: fc.array(glob) }),
);

const specs: fc.Arbitrary<Spec> = fc
  .array(
    fc.record({
      shape,
      priority: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((drawn) => drawn + 0),
      stream: fc.option(name, { nil: undefined }),
      description: text,
      acceptance: fc.array(text, { maxLength: 3 }),
      verify: fc.array(text, { maxLength: 3 }),
      earlier: fc.array(fc.nat(20), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn) => ({
    features: drawn.map(({ shape: { files, ...kind }, stream, earlier, ...rest }, position): Feature => {
      const own = "plugin" in kind ? pluginGlobs(kind.plugin, roots) : [];
      const touches = [...new Set([...own, ...files])];
      return {
        index: (position + 1) * 3,
        ...kind,
        dependsOn: [...new Set(earlier.filter((each) => each < position).map((each) => (each + 1) * 3))],
        touches: touches.length === 0 ? ["**"] : touches,
        ...(stream === undefined ? {} : { stream }),
        ...rest,
        at: { line: 0, column: 0 },
      };
    }),
  }));

const withoutPlaces = (spec: Spec) => spec.features.map(({ at: _, ...rest }) => rest);

test("a spec that is written and read again is the same spec", () => {
  const runs = SOAK ? 5_000 : 200;
  fc.assert(
    fc.property(specs, (spec) => {
      const reading = readSpec(writeSpec(spec, { roots }), { file: "spec.xml", roots });
      if ("problems" in reading) throw new Error(reading.problems.map(problemLine).join("\n"));
      expect(withoutPlaces(reading.spec)).toEqual(withoutPlaces(spec));
    }),
    { numRuns: runs },
  );
  tellCounts("specs written and read", `${runs}, all the same`);
});

test("a glob that a list would split is refused, with the way to write it", () => {
  for (const [glob, index] of [
    ["src/a,b.ts", 1],
    ["a b", 2],
  ] as const) {
    const spec = { features: [{ ...plain(index, "x"), touches: [glob] }] };
    expect(() => writeSpec(spec, { roots })).toThrow(
      `feature ${index} touches "${glob}", which a list would split: write [,] for a comma, ? for white space`,
    );
  }
});

test("what XML cannot hold is refused, with the feature", () => {
  for (const [bad, code] of [
    ["\u0000", "0000"],
    ["\u001b", "001B"],
    ["\ud800", "D800"],
    ["\uffff", "FFFF"],
  ] as const) {
    expect(() => writeSpec({ features: [plain(7, `a${bad}b`)] }, { roots })).toThrow(
      `feature 7 holds the character U+${code}, which XML cannot: remove it`,
    );
  }
});

function plain(index: number, description: string): Feature {
  const at = { line: 1, column: 1 };
  return { index, dependsOn: [], touches: ["**"], priority: 0, description, acceptance: [], verify: [], at };
}
