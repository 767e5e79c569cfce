import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { beforeAll, describe, expect, it } from "vitest";
import type { Feature } from "../src/features/feature.ts";
import type { Signal } from "../src/forecast/ranking/signal.ts";
import { checkLookAhead, type LookAheadReport } from "../src/replay/look-ahead/check-look-ahead.ts";
import type { CrossStrategy, Setup, Strategy, TimeframeStrategy } from "../src/strategies/strategy.ts";
import { plugin } from "../src/venues/simulated/index.ts";
import { allSignals, allStrategies } from "./plugins.ts";

const FROM = Date.UTC(2024, 2, 4);
const TO = Date.UTC(2025, 2, 3);
const POINTS = SOAK ? 10_000 : 1_000;

let strategies: readonly Strategy[];
let signals: readonly Signal[];
let momentum: TimeframeStrategy;
let regime: CrossStrategy;
beforeAll(async () => {
  strategies = await allStrategies();
  signals = await allSignals();
  momentum = strategies.find(({ name }) => name === "momentum") as TimeframeStrategy;
  regime = strategies.find(({ name }) => name === "regime") as CrossStrategy;
});

async function check(
  examined: readonly Strategy[],
  points: number,
  options: { readonly signals?: readonly Signal[]; readonly timeframe?: "1h"; readonly features?: Feature[] } = {},
): Promise<LookAheadReport> {
  const venue = await plugin.open({ settings: { symbols: 6 }, clock: { now: () => TO } });
  try {
    return await checkLookAhead({ venue, from: FROM, to: TO, points, strategies: examined, signals, ...options });
  } finally {
    await venue.close();
  }
}

const tomorrow: Feature = {
  key: "tomorrow",
  warmUp: 0,
  compute: ({ candles }) => Float64Array.from(candles.close, (_, i) => candles.close[i + 1] ?? candles.close[i] ?? 0),
};

describe("nothing that is decided depends on what comes later", () => {
  it(`features, rankings, rules and decisions at ${POINTS} closes stay when later candles are cut or altered`, async () => {
    const { leaks, silent, looked, points } = await check(strategies, POINTS);
    expect(leaks).toEqual([]);
    expect(silent).toEqual([]);
    expect(points).toBe(POINTS);
    expect(looked.map(({ timeframe }) => timeframe)).toEqual(["1w", "1d", "4h", "1h", "30m", "15m", "cross"]);
    for (const { closes, values, answers } of looked) {
      expect(closes).toBeGreaterThan(30);
      expect(values).toBeGreaterThan(100_000);
      expect(answers).toBeGreaterThan(1_000);
    }
    const values = looked.reduce((sum, each) => sum + each.values, 0);
    tellCounts("look-ahead", `${points} points, ${values} values compared, ${leaks.length} leaks`);
  }, 3_600_000);
});

describe("what peeks is found, and named", () => {
  const with_ = (changes: Partial<TimeframeStrategy>): Strategy => ({ ...momentum, timeframes: ["1h"], ...changes });

  it("a feature that a strategy asks for and no rule reads", async () => {
    const { leaks } = await check([with_({ features: { ...momentum.features, tomorrow } })], 5);
    expect(leaks.map(({ kind, name }) => [kind, name])).toEqual([["feature", "tomorrow"]]);
    expect(leaks[0]).toMatchObject({ closes: 5, unsteady: false, cause: expect.stringContaining("later candle") });
    const { at, first } = leaks[0] as (typeof leaks)[number];
    expect(first).toMatchObject({ valueAt: at, by: "cut", subject: { timeframe: "1h" } });
    expect(first.whole).not.toBe(first.without);
  });

  it("a rule of an exit that would never be reached, through a column kept from elsewhere", async () => {
    let kept: Float64Array | undefined;
    const keeping: Feature = {
      key: "keeping",
      warmUp: 0,
      compute: ({ candles }) => {
        kept = candles.close;
        return Float64Array.from(candles.close);
      },
    };
    const peeks = (): boolean => (kept?.at(-1) ?? 0) > (kept?.[200] ?? 0);
    const { leaks } = await check(
      [
        with_({
          features: { ...momentum.features, keeping },
          exits: [{ direction: "short", anyOf: [{ id: "exit.short.peek", text: "it will be higher", holds: peeks }] }],
        }),
      ],
      20,
    );
    expect(leaks.map(({ kind, name }) => [kind, name])).toEqual([["rule", "exit.short.peek"]]);
    expect(leaks[0]).toMatchObject({ agent: "momentum-1h", unsteady: false });
    expect(["true", "false"]).toContain(leaks[0]?.first.whole);
  });

  it("a signal, and the ranking that follows from it", async () => {
    const [model] = signals as [Signal];
    const peeking: Signal = {
      ...model,
      name: "peeking",
      features: { tomorrow },
      evaluate: ({ tomorrow: column }) => ((column?.now ?? 0) > (column?.ago(1) ?? 0) ? 1 : -1),
      readings: () => ({}),
      highlights: () => [],
    };
    const { leaks } = await check([], 10, { signals: [...signals, peeking] });
    expect(leaks.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "feature tomorrow",
      "signal peeking",
      "ranking ranking 1h",
    ]);
    expect(leaks[1]?.cause).toMatch(/follows from the feature above/);
  });

  it("a decision across timeframes, through the memory of its strategy", async () => {
    const peeking: Strategy = {
      ...regime,
      features: { ...regime.features, tomorrow },
      remember: (market, memory) => ({
        ...(regime.remember(market, memory) as object),
        next: market.timeframes["1h"]?.[0]?.bars.tomorrow?.now,
      }),
    };
    const { leaks } = await check([peeking], 3);
    expect(leaks.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "feature tomorrow",
      `memory ${regime.agentPrefix}`,
    ]);
  });

  it("a rule that is not the same twice is told apart from one that sees the future", async () => {
    let turn = 0;
    const wavering = { id: "long.wavers", text: "it depends on the day", holds: () => (turn++ % 7) % 2 === 0 };
    const { leaks } = await check(
      [
        with_({
          entries: [
            { direction: "long", criteria: [wavering], plan: (s: Setup) => ({ fraction: 0.1, stop: s.close * 0.9 }) },
          ],
        }),
      ],
      10,
    );
    const leak = leaks.find(({ name }) => name === "long.wavers");
    expect(leak).toMatchObject({ kind: "rule", unsteady: true, cause: expect.stringContaining("random") });
  });
});

it("says so when no rule of an agent was ever asked", async () => {
  const never: Feature = { key: "never", warmUp: 0, compute: (source) => source.buffer().fill(Number.NaN) };
  const blind: Signal = { ...(signals[0] as Signal), name: "blind", features: { never }, evaluate: () => undefined };
  const { leaks, silent } = await check([{ ...momentum, timeframes: ["1h"] }], 3, { signals: [blind] });
  expect(leaks).toEqual([]);
  expect(silent).toEqual(["momentum-1h"]);
});

it("refuses a range without a close to look at", async () => {
  const venue = await plugin.open({ settings: { symbols: 2 }, clock: { now: () => FROM + 3_600_000 } });
  const options = { venue, from: FROM, to: FROM + 3_600_000, points: 10, strategies: [momentum], signals };
  await expect(checkLookAhead(options)).rejects.toThrow(/holds no close with 10 candles after it on 1w, 1d/);
  await venue.close();
});
