import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { expect, test } from "vitest";
import { sequenceRatio } from "./sequence-matcher.ts";

interface Case {
  readonly a: string | readonly string[];
  readonly b: string | readonly string[];
  readonly ratio: number;
}

const read = (text: string): Case[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function expectEqual(cases: readonly Case[]): void {
  expect(cases.length).toBeGreaterThan(0);
  for (const { a, b, ratio } of cases) expect({ a, b, ratio: sequenceRatio(a, b) }).toEqual({ a, b, ratio });
}

test("ratios equal those that Python's difflib gave", () => {
  expectEqual(read(readFileSync(path("difflib-cases.jsonl"), "utf8")));
});

test.skipIf(spawnSync("python3", ["-c", "import difflib"]).status !== 0)(
  "ratios equal those of the Python on this machine, on fresh cases",
  () => {
    const count = SOAK ? "3000" : "200";
    const output = execFileSync("python3", [path("make-difflib-cases.py"), count, "20261121"], { maxBuffer: 1 << 28 });
    expectEqual(read(output.toString()));
    tellCounts("ratios of Python's difflib", `${count} fresh cases, all equal`);
  },
);
