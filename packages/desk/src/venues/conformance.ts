import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CandleSeries } from "../instrument/candle.ts";
import { isListed } from "../instrument/instrument.ts";
import { TIMEFRAME_MS, TIMEFRAMES } from "../instrument/timeframe.ts";
import { admitCandles } from "../market-data/checks/admit-candles.ts";
import type { Venue } from "./venue.ts";
import type { VenuePlugin } from "./venue-plugin.ts";

const HOUR = 3_600_000;

export interface OpenedVenue {
  readonly venue: Venue;
  /** Ends the venue and what it was opened on: a loopback server, a directory. */
  close(): Promise<void>;
}

/** What `venues/<name>/example.fixture.ts` exports as `example`: the venue on prices that the test made itself. */
export interface VenueExample {
  /** What its clock says all the time. Better not a boundary of any timeframe: then a candle is open. */
  readonly now: number;
  /** A range before `now` in which `symbol` has candles of the finest timeframe. */
  readonly from: number;
  readonly to: number;
  readonly symbol: string;
  /** No request may leave the machine. */
  open(): Promise<OpenedVenue>;
}

/** What every venue promises, wherever its prices come from. */
export function venueConformance(name: string, plugin: VenuePlugin, example: VenueExample): void {
  describe(name, () => {
    const { now, from, to, symbol } = example;
    let opened: OpenedVenue;
    let venue: Venue;
    beforeAll(async () => {
      opened = await example.open();
      ({ venue } = opened);
    });
    afterAll(() => opened?.close());

    test("is the plugin that its directory is named after", () => {
      expect(plugin.kind).toBe("venue");
      expect(plugin.name).toBe(name);
    });

    test("says what it is: a name, its timeframes with the finest first, a fee that is a fraction", () => {
      const { name: shown, simulated, timeframes, feeRate } = venue.traits;
      expect(shown).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(typeof simulated).toBe("boolean");
      expect(timeframes.length).toBeGreaterThan(0);
      expect(timeframes).toEqual(TIMEFRAMES.filter((each) => timeframes.includes(each)));
      expect(typeof feeRate).toBe("number");
      expect(feeRate >= 0 && feeRate < 1, `a fee of ${feeRate}`).toBe(true);
    });

    test("lists what traded in a range, each symbol once, by their order", async () => {
      const instruments = await venue.instruments(from, to);
      const symbols = instruments.map((each) => each.symbol);
      expect(symbols).toContain(symbol);
      expect(symbols).toEqual([...new Set(symbols)].sort());
      for (const each of instruments) {
        const { symbol: listed, base, quote, listedAt, delistedAt = Number.POSITIVE_INFINITY } = each;
        expect(listed).toMatch(/^[A-Za-z0-9._-]+$/);
        expect(base, `base of ${listed}`).not.toBe("");
        expect(quote, `quote of ${listed}`).not.toBe("");
        expect(listedAt < to && delistedAt > from, `${listed} traded at some time in the range`).toBe(true);
        expect(listedAt < delistedAt, `${listed} is listed before it is delisted`).toBe(true);
      }
    });

    test("gives candles of every timeframe that pass the desk's checks, within the range, of what was asked for", async () => {
      for (const timeframe of venue.traits.timeframes) {
        const series = await venue.candles(symbol, timeframe, from, to);
        expect(series.symbol).toBe(symbol);
        expect(series.timeframe).toBe(timeframe);
        const checked = admitCandles(series, timeframe, now);
        expect(checked.admitted ? "admitted" : checked.reason).toBe("admitted");
        const outside = timesOf(series).filter((time) => time < from || time + TIMEFRAME_MS[timeframe] > to);
        expect(outside, `open times of ${timeframe} outside ${from}..${to}`).toEqual([]);
        if (timeframe === venue.traits.timeframes[0]) expect(series.length).toBeGreaterThan(0);
      }
    });

    test("gives no candle that is still open by its clock, however far it is asked", async () => {
      for (const timeframe of venue.traits.timeframes) {
        const length = TIMEFRAME_MS[timeframe];
        const series = await venue.candles(symbol, timeframe, now - 3 * length, now + 3 * length);
        expect(timesOf(series).filter((time) => time + length > now)).toEqual([]);
      }
    });

    test("gives the same candles in a part of a range as in the whole, in whatever order it is asked", async () => {
      const [finest] = venue.traits.timeframes;
      const length = TIMEFRAME_MS[finest];
      const whole = rowsOf(await venue.candles(symbol, finest, from, to));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: from, max: to }), fc.nat(200 * length), async (begin, span) => {
          const end = Math.min(to, begin + span);
          const expected = whole.filter(([time = Number.NaN]) => time >= begin && time + length <= end);
          expect(rowsOf(await venue.candles(symbol, finest, begin, end))).toEqual(expected);
        }),
        { numRuns: 30 },
      );
    });

    test("throws on a symbol that it does not know, and not as if waiting would help", async () => {
      const [finest] = venue.traits.timeframes;
      const failure = await venue.candles("NOSUCHSYMBOL", finest, from, to).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect((failure as Error).message).toContain("NOSUCHSYMBOL");
      expect((failure as Error).name).not.toMatch(/^Venue/);
    });

    test("gives funding within the range, oldest first, as fractions; none is none", async () => {
      const stamps = await venue.funding(symbol, from, to);
      const times = stamps.map(({ time }) => time);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times.filter((time) => time < from || time >= to)).toEqual([]);
      for (const { rate } of stamps) expect(Math.abs(rate), `a rate of ${rate}`).toBeLessThan(1);
    });

    test("has candles only while a symbol is listed", async () => {
      const [finest] = venue.traits.timeframes;
      for (const instrument of (await venue.instruments(to - HOUR, to)).slice(0, 5)) {
        const { openTime } = await venue.candles(instrument.symbol, finest, to - HOUR, to);
        for (const time of openTime) expect(isListed(instrument, time), `${instrument.symbol} at ${time}`).toBe(true);
      }
    });
  });
}

const timesOf = (series: CandleSeries): number[] => [...series.openTime];

const rowsOf = ({ openTime, open, high, low, close, volume }: CandleSeries): (readonly (number | undefined)[])[] =>
  [...openTime].map((time, i) => [time, open[i], high[i], low[i], close[i], volume[i]]);
