import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { niceAxis, timeTicks } from "../src/reports/html/axis.ts";
import { barChart } from "../src/reports/html/bar-chart.ts";
import { amountText, figureText, signedPercent } from "../src/reports/html/figure-text.ts";
import { holdingBins } from "../src/reports/html/holding-bins.ts";
import { html } from "../src/reports/html/html.ts";
import { lineChart } from "../src/reports/html/line-chart.ts";
import { outcomeBins } from "../src/reports/html/outcome-bins.ts";
import { repeatCommand } from "../src/reports/html/repeat-command.ts";
import { MOST_POINTS, thinPoints } from "../src/reports/html/thin-points.ts";

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe("text from outside", () => {
  test("never becomes markup, in content or in an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { text: page } = html`<p title="${text}">${text}</p>`;
        expect(page.slice('<p title="'.length, -"</p>".length)).not.toMatch(/[<']|"(?!>)|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
    expect(html`<b>${'<script src="x">&\'</script>'}</b>`.text).toBe(
      "<b>&lt;script src=&quot;x&quot;&gt;&amp;&#39;&lt;/script&gt;</b>",
    );
  });

  test("that would hide itself is spelt out", () => {
    expect(html`${"BTC\u202eTDSU\u0000\u200b"}`.text).toBe("BTC‹U+202E›TDSU‹U+0000›‹U+200B›");
    expect(html`${"a\nb"}`.text).toBe("a\nb");
  });

  test("markup in a template stays markup, and nothing is nothing", () => {
    expect(html`<ul>${["a", "<"].map((each) => html`<li>${each}</li>`)}${undefined}</ul>`.text).toBe(
      "<ul><li>a</li><li>&lt;</li></ul>",
    );
  });

  test("in the command line is one argument of a shell", () => {
    const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 2, 12) };
    expect(repeatCommand({ desk: "arena", venue: "my venue's", ...range, symbols: ["A", "B;ls"], twins: 3 })).toBe(
      "alphaforge desk backtest arena --venue 'my venue'\\''s' --from 2024-01-01 --to 2024-01-02T12:00:00.000Z " +
        "--symbols 'A,B;ls' --twins 3 --report report.html",
    );
  });
});

describe("figures", () => {
  test("carry a true minus and a plus, keep their unit, and what rounds to nothing has no sign", () => {
    expect(signedPercent(-0.0123)).toBe("−1.2\u00a0%");
    expect(signedPercent(0.0123, 2)).toBe("+1.23\u00a0%");
    expect([-0.0001, 0, 0.0001].map((each) => signedPercent(each))).toEqual(new Array(3).fill("0.0\u00a0%"));
    expect(signedPercent(undefined)).toBe("n/a");
    expect(amountText(-1234567.891)).toBe("−1,234,567.89");
    expect(amountText(999)).toBe("999.00");
    expect(figureText("-1.5 % to -2")).toBe("−1.5 % to −2");
    expect(figureText("momentum-1h 2024-01-02")).toBe("momentum-1h 2024-01-02");
  });
});

describe("axes", () => {
  test("hold all values between their ends, in at most so many even steps", () => {
    fc.assert(
      fc.property(value, value, fc.integer({ min: 2, max: 25 }), (a, b, most) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(high === low || high - low > 1e-6);
        const axis = niceAxis(low, high, most);
        const slack = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high));
        expect(axis.low).toBeLessThanOrEqual(low + slack);
        expect(axis.high).toBeGreaterThanOrEqual(high - slack);
        expect(axis.high).toBeGreaterThan(axis.low);
        expect(axis.ticks.length).toBeLessThanOrEqual(most + 1);
        expect([axis.ticks[0], axis.ticks.at(-1)]).toEqual([axis.low, axis.high]);
      }),
    );
    expect(niceAxis(0, 97).ticks).toEqual([0, 25, 50, 75, 100]);
  });

  test("of time begin days, months and years, in order and within the range", () => {
    const labels = (from: string, to: string): string[] =>
      timeTicks(Date.parse(from), Date.parse(to), 5).map(({ label }) => label);
    expect(labels("2024-03-04", "2024-03-08")).toEqual(["4 Mar", "5 Mar", "6 Mar", "7 Mar", "8 Mar"]);
    expect(labels("2024-01-10", "2024-05-20")).toEqual(["Feb 2024", "Mar", "Apr", "May"]);
    expect(labels("2023-12-20", "2025-03-01")).toEqual(["2024", "Apr", "Jul", "Oct", "2025"]);
    expect(labels("2021-01-01", "2025-01-01")).toEqual(["2021", "2022", "2023", "2024", "2025"]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(2050, 0) }),
        fc.integer({ min: 1, max: 40 * 366 * 86_400_000 }),
        (from, span) => {
          const times = timeTicks(from, from + span).map(({ time }) => time);
          expect(times.length).toBeLessThanOrEqual(7);
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          for (const time of times) expect(time >= from && time <= from + span && time % 86_400_000 === 0).toBe(true);
        },
      ),
    );
  });
});

describe("charts", () => {
  test("thinning keeps both ends, the highest and the lowest, in order, and leaves short lines alone", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3000 }), (values) => {
        const points = thinPoints(values);
        expect(points).toEqual([...new Set(points)].sort((a, b) => a - b));
        expect([points[0], points.at(-1)]).toEqual([0, values.length - 1]);
        const drawn = points.map((index) => values[index] as number);
        expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...values), Math.max(...values)]);
        expect(points.length).toBe(values.length <= MOST_POINTS ? values.length : points.length);
        expect(points.length).toBeLessThanOrEqual(MOST_POINTS + 2);
      }),
      { numRuns: 50 },
    );
  });

  test("a line goes from edge to edge, high values above low ones, and is told in words", () => {
    const times = [0, 1, 3].map((day) => Date.UTC(2024, 0, 1 + day));
    const { text } = lineChart({
      description: 'Equity: "100" to 200',
      times,
      lines: [{ kind: "main", values: [100, 150, 200] }],
      height: 114,
      format: String,
    });
    expect(text).toContain('role="img" aria-label="Equity: &quot;100&quot; to 200"');
    // Plot of 100 px below a margin of 7: 100 at the bottom, 200 at the top, 150 in the middle; a third of the time.
    expect(text).toContain('d="M0 107L333.3 57L1000 7"');
    expect(text).toMatch(/<text [^>]*>200<\/text>/);
  });

  test("what is no number is never drawn", () => {
    const chart = { description: "x", times: [0, 1], height: 100, format: String };
    expect(() => lineChart({ ...chart, lines: [{ kind: "main", values: [1, Number.NaN] }] })).toThrow(
      /value 1 .* is NaN/,
    );
    expect(() => lineChart({ ...chart, lines: [] })).toThrow(/at least one value/);
  });

  test("every outcome is in one bin: what was lost or came to nothing left of 0, what was gained right of it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -10_000, max: 30_000 }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(1e-4, 1e-2),
        (points, unit) => {
          const outcomes = points.map((each) => each * unit);
          const { bars } = outcomeBins(outcomes);
          const sum = (kind: string): number =>
            bars.filter((bar) => bar.kind === kind).reduce((all, { count }) => all + count, 0);
          expect(bars.length).toBeLessThanOrEqual(25);
          const gained = outcomes.filter((each) => each > 0).length;
          expect([sum("gain"), sum("loss")]).toEqual([gained, outcomes.length - gained]);
        },
      ),
    );
    // A label stands at the edge that it names: left of it is less.
    const { bars } = outcomeBins([-0.03, -0.02, 0.01, 0.02, 0.03]);
    const zero = bars.findIndex(({ label }) => label === "0 %");
    expect(bars[zero]?.labelAt).toBe("edge");
    expect([bars[zero - 1]?.kind, bars[zero]?.kind]).toEqual(["loss", "gain"]);
    expect(outcomeBins([-0.02, -0.01, 0.01, 0.02]).bars.map(({ kind }) => kind)).toContain("loss");
  });

  test("a position is in the holding time that it reached", () => {
    const hours = [0.5, 1, 3.99, 4, 11, 12, 23, 24, 71, 72, 167, 168, 5000].map((each) => each * 3_600_000);
    expect(holdingBins(hours).map(({ label, count }) => `${label} ${count}`)).toEqual([
      "< 1 h 1",
      "1–4 h 2",
      "4–12 h 2",
      "12–24 h 2",
      "1–3 d 2",
      "3–7 d 2",
      "≥ 7 d 2",
    ]);
  });

  test("bars are as high as their counts, and an empty one is not drawn", () => {
    const bars = [10, 0, 5].map((count) => ({ label: "", labelAt: "bar" as const, count, kind: "plain" as const }));
    const heights = [...barChart("x", bars).text.matchAll(/<rect[^>]* height="([\d.]+)"/g)].map(([, height]) =>
      Number(height),
    );
    expect(heights).toHaveLength(2);
    expect(heights[0]).toBeCloseTo(2 * (heights[1] as number), 1);
  });
});
