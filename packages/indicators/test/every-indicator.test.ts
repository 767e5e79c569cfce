import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const source = new URL("../src/", import.meta.url);

const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const pascal = (name: string): string => camel(`-${name}`);

/** Kernels that compute indicators of other files together, and are tested against them. */
const JOINT: readonly string[] = ["ema-trio", "wilder"];
/** Its first value comes when the prices decide so: no number of bars says when. */
const WITHOUT_WARM_UP: readonly string[] = ["fibonacci-retracement"];

interface Found {
  readonly name: string;
  readonly exported: Readonly<Record<string, unknown>>;
}

const indicators: Found[] = [];
for (const file of readdirSync(source)
  .filter((each) => /^[a-z0-9-]+\.ts$/.test(each))
  .toSorted()) {
  const name = file.slice(0, -".ts".length);
  const exported = (await import(new URL(file, source).href)) as Found["exported"];
  const isKernel = Object.keys(exported).some((each) => /(Into|WarmUp)$/.test(each));
  if (isKernel && !JOINT.includes(name)) indicators.push({ name, exported });
}

describe.each(indicators)("the indicator $name", ({ name, exported }) => {
  it("exports its batch form, its streaming form and its warm-up under the file's name", () => {
    const exports = Object.keys(exported);
    expect(exports).toContain(`${camel(name)}Into`);
    expect(exports).toContain(pascal(name));
    expect((exported[pascal(name)] as { readonly prototype: object }).prototype).toHaveProperty("next");
    if (WITHOUT_WARM_UP.includes(name)) return;
    const constant = `${name.replaceAll("-", "_").toUpperCase()}_WARM_UP`;
    expect(exports.filter((each) => each === `${camel(name)}WarmUp` || each === constant)).toHaveLength(1);
  });

  it("is held to the promises of all indicators", () => {
    const test = new URL(`${name}.test.ts`, source);
    expect(existsSync(test) ? readFileSync(test, "utf8") : "no test", `${name}.test.ts`).toContain("describeKernel(");
  });
});
