// `npm run bench`: everything beside its fastest peers and plain C, as ratios from one interleaved run, and how the desk's
// work grows. It reports and never fails.
import { formatBacktestBench, runBacktestBench } from "./backtest.ts";
import { formatClaimsBench, runClaimsBench } from "./claims.ts";
import { formatCorpusBench, runCorpusBench } from "./corpus.ts";
import { formatDecisionBench, runDecisionBench } from "./decision.ts";
import { formatGrowthBench, runGrowthBench } from "./growth.ts";
import { formatIndicatorBench, runIndicatorBench } from "./indicators.ts";
import { formatLandingBench, runLandingBench } from "./landing.ts";
import { formatLeaderboardBench, runLeaderboardBench } from "./leaderboard.ts";

import { formatMemoryBench, runMemoryBench } from "./memory.ts";
import { formatRankingBench, runRankingBench } from "./ranking.ts";
import { formatReplayBench, runReplayBench } from "./replay.ts";
import { formatSchedulingBench, runSchedulingBench } from "./scheduling.ts";

const print = (title: string, text: string): void => void process.stdout.write(`\n${title}\n${text}\n`);

print(
  "Indicators (200 series × 200 candles, buffers reused; then streaming)",
  formatIndicatorBench(await runIndicatorBench()),
);
print("Ranking (200 symbols × 6 timeframes)", formatRankingBench(await runRankingBench()));
print(
  "Backtest (whole: features, ranking, rules, risk, fills, ledger, hash)",
  formatBacktestBench(await runBacktestBench()),
);
print("Decision (200 symbols, without the model; appended with fsync)", formatDecisionBench(await runDecisionBench()));
print("Leaderboard and reasoning log in PostgreSQL", formatLeaderboardBench(await runLeaderboardBench()));
print("Replay of a year from the log in PostgreSQL", formatReplayBench(await runReplayBench()));
print("Scheduling (simulated durations)", formatSchedulingBench(await runSchedulingBench()));
print("Claims (16 clients, 1,000 live claims, durable)", formatClaimsBench(await runClaimsBench()));
print("Corpus (CPU time of one core)", formatCorpusBench(await runCorpusBench()));
print("Forge (from workspace to landing; beside the git commands alone)", formatLandingBench(await runLandingBench()));
print("Growth with symbols, stored trades and agents (least of the rounds)", formatGrowthBench(await runGrowthBench()));
print("Memory of a running desk with its database", formatMemoryBench(await runMemoryBench()));
