import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyCheckout } from "./copy-checkout.fixture.ts";
import { type Ended, runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());
const run = (...args: string[]): Promise<Ended> => runCli(join(directory.path, "home"), ["desk", ...args]);

describe("desk check-lookahead", () => {
  test("finds nothing in what is shipped, and says what was looked at and what it cannot see", async () => {
    const { code, stdout, errors } = await run("check-lookahead", "momentum", "--points", "6");
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toContain("No look-ahead found at 6 closes");
    expect(stdout).toContain("What this check cannot see:");
    expect(stdout).toMatch(/15m +1 {2}2024-/);
  });

  test("as one document", async () => {
    const { code, stdout } = await run("check-lookahead", "--feature", "rsi(14)", "--points", "3", "--json");
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ venue: "simulated", simulated: true, points: 3, leaks: [], silent: [] });
    expect(report.looked).toMatchObject([{ timeframe: "1h", closes: 3, answers: 0 }]);
  });

  test.each([
    [["check-lookahead", "momentm"], /no strategy "momentm": did you mean momentum\?/],
    [["check-lookahead", "--signal", "macdd"], /no signal "macdd": did you mean macd\?/],
    [["check-lookahead", "--feature", "rsi(15)"], /no feature "rsi\(15\)": did you mean rsi\(14\)\?/],
    [["check-lookahead", "--timeframe", "1hr"], /"1hr" is not a ranked timeframe: did you mean 1h\?/],
    [["check-lookahead", "regime", "--timeframe", "1h"], /regime trades across timeframes: leave --timeframe 1h out/],
    [["check-lookahead", "--points", "0"], /'0' is invalid.*whole number from 1/],
    [["check-lookahead", "--venue", "binance-perp"], /--venue binance-perp needs --from and --to/],
    [["check-lookahead", "--from", "2024-03-05", "--to", "2024-03-04T12:00:00Z"], /--from must lie before --to/],
    [["check-lookahead", "momentum", "--from", "2024-03-05", "--to", "2024-03-05T01:00:00Z"], /holds no close/],
    [["check-warmup", "emma"], /no indicator or feature "emma": did you mean ema\?/],
    [["check-warmup", "swing"], /swing is a strategy, no indicator: write --strategy swing/],
    [["check-warmup", "--strategy", "swng"], /no strategy "swng": did you mean swing\?/],
    [["check-warmup", "--tolerance", "2"], /'2' is invalid.*fraction/],
  ])("%j is bad usage, in one line", async (args, message) => {
    const { code, stdout, errors } = await run(...args);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("a strategy of the user's own, in its place", () => {
  // Nobody else who looks for strategies at this moment finds this one.
  const checkout = copyCheckout(join(directory.path, "checkout"));
  const planted = (...args: string[]): Promise<Ended> =>
    runCli(join(directory.path, "home"), args, {}, { bin: checkout.bin });

  beforeAll(() => {
    checkout.add(
      "packages/desk/src/strategies/planted/index.ts",
      `import type { Feature } from "../../features/feature.ts";
import type { TimeframeStrategy } from "../strategy.ts";

const centred: Feature = {
  key: "centred(3)",
  warmUp: 1,
  compute: ({ candles: { close } }) =>
    Float64Array.from(close, (_, i) => ((close[i - 1] ?? NaN) + close[i] + (close[i + 1] ?? close[i])) / 3),
};
const strategy: TimeframeStrategy<{ centred: Feature }> = {
  scope: "timeframe",
  name: "planted",
  displayName: "Planted",
  agentPrefix: "planted",
  timeframes: ["1h", "4h"],
  maxPositions: 1,
  features: { centred },
  required: [],
  entries: [
    {
      direction: "long",
      criteria: [{ id: "long.below", text: "the close is below", holds: (s) => s.close < s.bars.centred.now }],
      plan: (s) => ({ fraction: 0.1, stop: s.close * 0.9 }),
    },
  ],
  scaleIns: [],
  exits: [],
  priority: () => 0,
};
export const plugin = { kind: "strategy", strategy } as const;
`,
    );
  });

  test("is found by its name; the column and the rule that peek are told, with the close and both values", async () => {
    const { code, stdout, errors } = await planted("desk", "check-lookahead", "planted", "--points", "20");
    expect(errors).toEqual([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/LOOK-AHEAD {2}feature centred\(3\) \((1h|4h), \w+USDT\)/);
    expect(stdout).toMatch(/first close +2024-\d\d-\d\d \d\d:00, one of 20\n/);
    expect(stdout).toMatch(/with the future +[\d.]+\n +future (cut|altered) +[\d.]+\n/);
    expect(stdout).toMatch(/usual cause +it reads a later candle: .*a centred window/);
    expect(stdout).toMatch(/LOOK-AHEAD {2}rule long\.below \(planted-(1h|4h)/);
    expect(stdout).toContain("most likely it follows from the feature above");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("desk check-warmup", () => {
  test("EMA 200 is exact to 0.01 % before a live window of 1,000 bars is over, and long after its declared warm-up", async () => {
    const { code, stdout } = await run("check-warmup", "ema(200)", "sma(20)", "--json");
    expect(code).toBe(0);
    const { features, window, tolerance } = JSON.parse(stdout);
    expect({ window, tolerance }).toEqual({ window: 1_000, tolerance: 1e-4 });
    expect(features[0]).toMatchObject({ key: "ema(200)", declared: 199, isFinding: false });
    // A seed that is 30 % away takes 1,000 bars; those of these markets are a little nearer.
    expect(features[0].bars).toBeGreaterThan(850);
    expect(features[0].bars).toBeLessThanOrEqual(1_000);
    expect(features[1]).toMatchObject({ key: "sma(20)", declared: 19, bars: 20 });
  });

  test("what 1,000 bars do not settle is a finding, with who asks for it", async () => {
    const { code, stdout, errors } = await run("check-warmup", "ema", "obv", "--tolerance", "1e-6");
    expect(errors).toEqual([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FOUND {2}ema\(200\) needs .*, a live desk has 1000;\n +asked by .*momentum/);
    expect(stdout).toMatch(/Only the steps settle of obv/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});
