import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DetectorIndex } from "./detector-index.ts";
import { lint, presetDetector } from "./secretlint-rule.ts";
import { syntheticSecrets } from "./synthetic-secrets.fixture.ts";

const index = new DetectorIndex([presetDetector]);
const mayHoldSecret = (text: string): boolean => index.worthAsking(text).length > 0;

const j = (...parts: string[]): string => parts.join("");
/** Texts of families that only the preset knows. */
const others = [
  j("gs", "k_", "a1B2".repeat(13)),
  j("lin", "_api_", "a1B2".repeat(10)),
  j("nt", "n_", "12345678901", "a1B2C".repeat(7)),
  j("S", "G.", "a1B2".repeat(5), "xy.", "a1B2".repeat(10), "xyz"),
  j("shp", "at_", "a1b2".repeat(8)),
  j("gl", "c_", "a1B2".repeat(12)),
  j("gl", "sa_", "a1B2".repeat(8), "_", "deadbeef"),
  j("hv", "s.", "a1B2".repeat(24)),
  j("hv", "b.", "a1B2".repeat(36)),
  j("vc", "p_", "a1B2".repeat(8)),
  j("da", "pi", "a1b2".repeat(8)),
  j("dckr", "_pat_", "a1B2C".repeat(5), "xy"),
  j("fig", "d_", "a1B2".repeat(12)),
  j("cf", "ut_", "a1B2".repeat(10), "deadbeef"),
  j("ts", "key-auth-", "a1B2".repeat(3), "-", "a1B2".repeat(8)),
  j("op", "s_", Buffer.from(`{"email":"${"x".repeat(121)}"}`).toString("base64")),
  j("AWS_SECRET", "_ACCESS_KEY", "=", "a1B2".repeat(10)),
];

test.each(others)("the preset finds %s", async (text) => {
  expect(await lint(text)).not.toEqual([]);
  expect(mayHoldSecret(text)).toBe(true);
});

test("the cheap look before the preset misses nothing that the preset finds", async () => {
  const runs = SOAK ? 50_000 : 1_500;
  const texts = [...others, ...syntheticSecrets().map(({ text }) => text)];
  const piece = fc.oneof(
    fc.constantFrom(...texts),
    fc
      .constantFrom(...texts)
      .chain((text) =>
        fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([a, b]) => text.slice(Math.min(a, b), Math.max(a, b))),
      ),
    fc.string({ maxLength: 8 }),
    fc.constantFrom("account", "aws_", "_secret_access_key", " = ", ":", "'", "npm_", "://", "@", "\n", "AKIA", "x"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (pieces) => {
      const text = pieces.join("");
      if (!mayHoldSecret(text)) expect(await lint(text)).toEqual([]);
    }),
    { numRuns: runs },
  );
  tellCounts("the cheap look before the preset", `${runs} texts, none missed`);
});
