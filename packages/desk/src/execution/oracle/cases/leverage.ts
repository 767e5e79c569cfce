import { FLAT_SCHEDULE, type MarginSchedule } from "../../../instrument/margin-schedule.ts";
import { money } from "../../../instrument/money.ts";
import {
  added,
  addLong,
  candle,
  entered,
  exit,
  funding,
  left,
  long,
  type OracleCase,
  short,
  units,
} from "../oracle-case.ts";

const ten = units(10);
const quiet = candle(100, 101, 99, 100);

/** Maintenance: 1 % of the first 2,000, 2 % from there to 5,000, 5 % above: 0.02 n − 20 and 0.05 n − 170. */
const tiers: MarginSchedule["tiers"] = [
  { from: money(0), rate: 0.01, maxLeverage: 50 },
  { from: money(2_000), rate: 0.02, maxLeverage: 25 },
  { from: money(5_000), rate: 0.05, maxLeverage: 10 },
];
const schedule: MarginSchedule = { tiers, liquidationFeeRate: 0.01 };
const cheap: MarginSchedule = { tiers, liquidationFeeRate: 0.002 };
const leverage = 5;

/**
 * Isolated margin at 5×: 10 units at 100 cost 1,000 and reserve 200, entry fee 1. A liquidation pays the ordinary fee and
 * the schedule's out of what the loss leaves of the margin; the venue bears what lies beyond.
 */
export const leveraged: readonly OracleCase[] = [
  {
    // 200 + (10 p − 1,000) = 0.01 × 10 p: p = 80 / 0.99 = 80.8080808…, before the stop at 70. Loss 191.91919192, which
    // leaves 8.08080808; fees would be 1.1 % × 808.08 = 8.89, so all that is left. 9,999 − 200.
    name: "long at 5×: liquidated before its stop, and the fee takes no more than is left of the margin",
    steps: [long(1000, { stop: 70, leverage, schedule }), quiet, candle(90, 95, 60, 62)],
    fills: [entered(0, ten, 100), left(1, ten, 80 / 0.99, "liquidation")],
    cash: "9799.00000000",
    equity: "9799.00000000",
  },
  {
    // As above; fees 0.3 % × 808.08080808 = 2.42424242. 9,999 − 191.91919192 − 2.42424242.
    name: "long at 5×: what the liquidation fee does not take comes back",
    steps: [long(1000, { stop: 70, leverage, schedule: cheap }), quiet, candle(90, 95, 60, 62)],
    fills: [entered(0, ten, 100), left(1, ten, 80 / 0.99, "liquidation")],
    cash: "9804.65656566",
    equity: "9804.65656566",
  },
  {
    // 200 + (1,000 − 10 p) = 0.01 × 10 p: p = 120 / 1.01 = 118.8118811…; loss 188.11881188, fees 0.3 % of 1,188.11881188
    // = 3.56435644. 9,999 − 188.11881188 − 3.56435644.
    name: "short at 5×: liquidated before its stop",
    steps: [short(1000, { stop: 130, leverage, schedule: cheap }), quiet, candle(110, 140, 105, 135)],
    fills: [entered(0, ten, 100), left(1, ten, 120 / 1.01, "liquidation")],
    cash: "9807.31683168",
    equity: "9807.31683168",
  },
  {
    // 9,999 − 100 − 0.9
    name: "long at 5×: a nearer stop saves it",
    steps: [long(1000, { stop: 90, leverage, schedule }), quiet, candle(95, 96, 60, 62)],
    fills: [entered(0, ten, 100), left(1, ten, 90, "stop-loss")],
    cash: "9898.10000000",
    equity: "9898.10000000",
  },
  {
    // 40 units cost 4,000 and reserve 800, fee 4; worth some 3,200 at the end, in the second tier:
    // 800 + 40 p − 4,000 = 0.02 × 40 p − 20: p = 3,180 / 39.2 = 81.12244898. The first tier's formula says 80.81.
    // 3,244.89795918: loss 755.10204082, fees 0.3 % = 9.73469388. 9,996 − 755.10204082 − 9.73469388.
    name: "long at 5×: a larger position is liquidated earlier, by its tier",
    steps: [long(4000, { stop: 70, leverage, schedule: cheap }), quiet, candle(90, 95, 60, 62)],
    fills: [entered(0, units(40), 100), left(1, units(40), 3180 / 40 / 0.98, "liquidation")],
    cash: "9231.16326530",
    equity: "9231.16326530",
  },
  {
    // 18 units cost 1,800, in the first tier, and reserve 360; at the end they are worth more than 2,000:
    // 360 + 1,800 − 18 p = 0.02 × 18 p − 20: p = 2,180 / 18.36 = 118.73638344; worth 2,137.25490196, loss 337.25490196,
    // fees 0.3 % = 6.41176471. 10,000 − 1.8 − 337.25490196 − 6.41176471.
    name: "short at 5×: it grows into the next tier as it loses",
    steps: [short(1800, { stop: 130, leverage, schedule: cheap }), quiet, candle(110, 140, 105, 135)],
    fills: [entered(0, units(18), 100), left(1, units(18), 2180 / 18 / 1.02, "liquidation")],
    cash: "9654.53333333",
    equity: "9654.53333333",
  },
  {
    // The margin is used up at 80: no fee is left to take. 9,999 − 200.
    name: "long at 5×: a gap past all of its margin costs the margin, and the venue bears the rest",
    steps: [long(1000, { stop: 90, leverage, schedule }), quiet, candle(50, 60, 40, 55)],
    fills: [entered(0, ten, 100), left(1, ten, 80, "liquidation")],
    cash: "9799.00000000",
    equity: "9799.00000000",
  },
  {
    name: "short at 5×: likewise",
    steps: [short(1000, { stop: 110, leverage, schedule }), quiet, candle(150, 160, 140, 155)],
    fills: [entered(0, ten, 100), left(1, ten, 120, "liquidation")],
    cash: "9799.00000000",
    equity: "9799.00000000",
  },
  {
    // Between 80 and 80.81: loss 195, 5 left; fees 1.1 % × 805 = 8.855, so all of it.
    name: "long at 5×: a gap to just beyond the liquidation price is liquidated at the open",
    steps: [long(1000, { stop: 90, leverage, schedule }), quiet, candle(80.5, 85, 79, 84)],
    fills: [entered(0, ten, 100), left(1, ten, 80.5, "liquidation")],
    cash: "9799.00000000",
    equity: "9799.00000000",
  },
  {
    name: "a decided exit does not get past the venue: the open is beyond the margin, so it is a liquidation",
    steps: [long(1000, { stop: 70, leverage, schedule }), quiet, exit, candle(60, 65, 55, 60)],
    fills: [entered(0, ten, 100), left(1, ten, 80, "liquidation")],
    cancelled: 1,
    cash: "9799.00000000",
    equity: "9799.00000000",
  },
  {
    name: "nor does a time exit",
    steps: [long(1000, { stop: 70, expires: 1, leverage, schedule }), quiet, candle(60, 65, 55, 60)],
    fills: [entered(0, ten, 100), left(1, ten, 80, "liquidation")],
    cash: "9799.00000000",
    equity: "9799.00000000",
  },
  {
    // 800 at 90 are 8.88888888 units, 799.9999992. Cost 1,799.9999992, margin 200 + 159.99999984;
    // p = (cost − margin) / 18.88888888 / 0.99 = 77.0053…; all of the margin goes. 10,000 − 1 − 0.8 − 359.99999984.
    name: "long at 5×: a scale-in has its position's leverage and moves the liquidation price",
    steps: [
      long(1000, { stop: 70, leverage, schedule }),
      quiet,
      addLong(800, 70),
      candle(90, 91, 89, 90),
      candle(80, 81, 76, 77),
    ],
    fills: [
      entered(0, ten, 100),
      added(1, 888_888_888, 90),
      left(2, 1_888_888_888, (179_999_999_920 - 35_999_999_984) / 1_888_888_888 / 0.99, "liquidation"),
    ],
    cash: "9638.20000016",
    equity: "9638.20000016",
  },
  {
    // 495 units cost 49,500, reserve 9,900, fee 49.5: free cash 50.5. Funding 0.5 % × 49,500 = 247.5: 50.5 from cash,
    // 197 from the margin, which is now 9,703. Third tier: (49,500 − 9,703 − 170) / 495 / 0.95 = 84.26794258…, worth
    // 41,712.63157895; loss 7,787.36842105, left 1,915.63157895, fees 1.1 % = 458.83894737. Cash 0 + the difference.
    name: "funding beyond free cash comes out of the margin and brings liquidation nearer",
    steps: [long(49_500, { stop: 70, leverage, schedule }), quiet, funding(0.005), candle(90, 91, 84, 85)],
    fills: [entered(0, units(495), 100), left(1, units(495), 39_627 / 495 / 0.95, "liquidation")],
    cash: "1456.79263158",
    equity: "1456.79263158",
  },
  {
    // The same before funding: (49,500 − 9,900 − 170) / 470.25 = 83.84901648, which 84 does not reach.
    // 10,000 − 49.5 + 495 × (85 − 100) = 2,525.5
    name: "without the funding it would have lived",
    steps: [long(49_500, { stop: 70, leverage, schedule }), quiet, candle(90, 91, 84, 85)],
    fills: [entered(0, units(495), 100)],
    cash: "50.50000000",
    equity: "2525.50000000",
  },
  {
    // A short receives: 9,999 + 5, then at 100 it is worth what it was.
    name: "short at 5×: funding is on the whole notional, not on the margin",
    steps: [short(1000, { stop: 130, leverage, schedule }), quiet, funding(0.005), quiet],
    fills: [entered(0, ten, 100)],
    cash: "9804.00000000",
    equity: "10004.00000000",
  },
  {
    // A stamp that would take more than there is: 25 % × 49,500 = 12,375, of 50.5 + 9,900. What is left is 0, and the
    // liquidation price is the cost's: the next candle ends it at 100 with nothing to charge.
    name: "funding never takes more than free cash and margin",
    steps: [long(49_500, { stop: 70, leverage, schedule }), quiet, funding(0.25), candle(99, 100, 98, 99)],
    fills: [entered(0, units(495), 100), left(1, units(495), 100, "liquidation")],
    cash: "0.00000000",
    equity: "0.00000000",
  },
  {
    // As without a schedule: 2E / 1.005, the ordinary fee alone.
    // 9,999 − 990.04975124 − 1.99004975
    name: "short at 1× under the flat schedule: as it always was",
    steps: [short(1000, { stop: 250, schedule: FLAT_SCHEDULE }), quiet, candle(150, 260, 149, 210)],
    fills: [entered(0, ten, 100), left(1, ten, 200 / 1.005, "liquidation")],
    cash: "9006.96019901",
    equity: "9006.96019901",
  },
];
