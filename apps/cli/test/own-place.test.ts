import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyCheckout } from "./copy-checkout.fixture.ts";
import { FEATURE, INDICATOR, STRATEGY, VENUE } from "./own-place.fixture.ts";
import { type Ended, runCli, temporaryDirectory } from "./run-cli.fixture.ts";

interface Loopback {
  readonly baseUrl: string;
  close(): Promise<void>;
}

const directory = temporaryDirectory();
const home = join(directory.path, "home");
const checkout = copyCheckout(join(directory.path, "checkout"));
const run = (...args: string[]): Promise<Ended> => runCli(home, args, {}, { bin: checkout.bin });
let server: Loopback;

beforeAll(async () => {
  for (const [file, text] of Object.entries({ ...INDICATOR, ...FEATURE, ...STRATEGY, ...VENUE }))
    checkout.add(file, text);
  checkout.add("vitest.config.mjs", "export default { test: { isolate: false } };\n");
  const loopback = join(checkout.root, "packages/desk/src/venues/tide/testing/loopback-tide.ts");
  const { startLoopbackTide } = (await import(loopback)) as { startLoopbackTide(now: () => number): Promise<Loopback> };
  server = await startLoopbackTide(() => Date.UTC(2025, 0, 1));
  const desk = join(home, "desks/shore");
  mkdirSync(desk, { recursive: true });
  const settings = `{ baseUrl: "${server.baseUrl}" }`;
  const lines = ["name: shore", `venue: { name: tide, settings: ${settings} }`, "strategies: [at-the-edge]", ""];
  writeFileSync(join(desk, "desk.yaml"), lines.join("\n"));
});
afterAll(async () => {
  await server?.close();
  directory.remove();
});

/** The copy's own tests, as CONTRIBUTING.md tells to run them. */
function ownTests(...files: string[]): Promise<{ readonly failed: boolean; readonly said: string }> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  return new Promise((resolve) => {
    const options = { cwd: checkout.root, env: { ...process.env, NO_COLOR: "1" } };
    execFile(process.execPath, [vitest, "run", "--reporter=verbose", ...files], options, (error, out, errors) =>
      resolve({ failed: error !== null, said: out + errors }),
    );
  });
}

describe("an indicator, a strategy and a venue are new files in their own places, and no edit", () => {
  test("the suites of all find them and hold them to what all promise", async () => {
    const { failed, said } = await ownTests(
      "packages/indicators/src/close-place.test.ts",
      "packages/indicators/test/every-indicator.test.ts",
      "packages/desk/src/features/causality.test.ts",
      "packages/desk/src/strategies/conformance.test.ts",
      "packages/desk/src/strategies/at-the-edge/rules.test.ts",
      "packages/desk/src/agents/agent.test.ts",
      "packages/desk/src/venues/conformance.test.ts",
      "packages/desk/test/golden/golden.test.ts",
    );
    expect(failed, said).toBe(false);
    for (const each of [
      "closePlace > depends on nothing that comes later",
      "the indicator close-place > exports its batch form",
      "examines close-place.ts",
      "at-the-edge > the mandate says each criterion's sentence",
      "tide > gives no candle that is still open",
    ]) {
      expect(said).toContain(each);
    }
  });

  test("a desk trades the strategy on the venue, each beside a coin, at the venue's own fee", async () => {
    const range = ["--from", "2024-02-05", "--to", "2024-02-19"];
    const { code, stdout, errors } = await run(
      ...["desk", "backtest", "shore", "--venue", "tide", ...range, "--twins", "--json"],
    );
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    const { simulated, symbols, finest, books, twins } = JSON.parse(stdout);
    expect({ simulated, symbols, finest }).toEqual({ simulated: false, symbols: ["BTCUSDT", "ETHUSDT"], finest: "1h" });
    expect(books).toHaveLength(1);
    expect(books[0]).toMatchObject({ agent: "edge-1h", decider: "rules" });
    expect(books[0].trades).toBeGreaterThan(5);
    expect(twins.feeRate).toBe(0.0005);
  });

  test("every desk that names no strategies takes it, and both checks know it", async () => {
    const range = ["--from", "2024-03-04", "--to", "2024-03-08"];
    const [arena, ahead, warm] = await Promise.all([
      run("desk", "backtest", "arena", "--venue", "simulated", ...range, "--symbols", "BTCUSDT", "--agents", "edge-1h"),
      run("desk", "check-lookahead", "at-the-edge", "--points", "6"),
      run("desk", "check-warmup", "closePlace", "--json"),
    ]);
    expect([arena, ahead, warm].map(({ code, errors }) => [code, errors])).toEqual([
      [0, []],
      [0, []],
      [0, []],
    ]);
    expect(arena.stdout).toMatch(/^edge-1h +-?\d/m);
    expect(ahead.stdout).toContain("No look-ahead found at 6 closes");
    expect(JSON.parse(warm.stdout).features).toMatchObject([{ key: "closePlace", strategies: ["at-the-edge"] }]);
  });
});

describe("what a newcomer gets wrong is told by name", () => {
  test("a strategy where an agent is meant, and a venue's setting that is left out", async () => {
    const range = ["--from", "2024-03-04", "--to", "2024-03-08"];
    const [agent, settings] = await Promise.all([
      run("desk", "backtest", "shore", "--venue", "tide", ...range, "--agents", "at-the-edge"),
      run("desk", "backtest", "arena", "--venue", "tide", ...range),
    ]);
    expect(agent).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/it is a strategy, whose agents are edge-1h$/)],
    });
    expect(settings).toMatchObject({ code: 1, errors: [expect.stringContaining("tide venue: give settings baseUrl")] });
  });
});
