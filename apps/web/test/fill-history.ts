import type { Store } from "@alphaforge/core/store/open-store";
import { FIXTURE_NOW } from "./fixture-desk.ts";

const DAYS = 90;

/**
 * Adds to a fixture desk what 90 days of its clock leave behind: a decision of every agent and twin at each of its
 * closes, every ranking run, and a week of hourly rankings. About 200,000 decisions and 16,000 runs.
 */
export async function fillHistory({ pool }: Store): Promise<void> {
  const span = `VALUES ('15m', interval '15 minutes'), ('30m', interval '30 minutes'), ('1h', interval '1 hour'),
    ('cross', interval '1 hour'), ('4h', interval '4 hours'), ('1d', interval '1 day'), ('1w', interval '7 days')`;
  const now = `to_timestamp(${FIXTURE_NOW} / 1000.0)`;
  await pool.query(
    `INSERT INTO decisions (at, id, agent, timeframe, decider, action, reason, params, model, reasoning, latency_ms, cost_usd)
     SELECT at, name || '@' || round(extract(epoch FROM at) * 1000), name, agents.timeframe, decider, 'hold',
       'no symbol met all criteria: long.volume-above-average failed for the last two', '{}', trade_model,
       CASE WHEN decider = 'llm' THEN repeat('Nothing has changed since the last close that would justify an entry. ', 12) END,
       CASE WHEN decider = 'llm' THEN 3000 END, CASE WHEN decider = 'llm' THEN 0.0123 END
     FROM agents JOIN (${span}) AS span (timeframe, step) ON span.timeframe = agents.timeframe
       CROSS JOIN LATERAL generate_series(${now} - interval '${DAYS} days', ${now}, step) AS at
     ON CONFLICT DO NOTHING`,
  );
  await pool.query(
    `INSERT INTO computation_runs (id, timeframe, candle_close, started_at, finished_at, symbol_count, skipped, status)
     SELECT 'old-' || span.timeframe || '-' || round(extract(epoch FROM at)), span.timeframe, at, at, at, 200, '[]', 'completed'
     FROM (${span}) AS span (timeframe, step)
       CROSS JOIN LATERAL generate_series(${now} - interval '${DAYS} days', ${now} - interval '8 days', step) AS at
     WHERE span.timeframe <> 'cross'`,
  );
  await pool.query(
    `INSERT INTO snapshots (computed_at, timeframe, symbol, run_id, rank, score, confidence, close_price, change_24h,
       highlights, signals)
     SELECT computed_at - back * interval '1 hour', timeframe, symbol, run_id || '-' || back, rank, score, confidence,
       close_price, change_24h, highlights, signals
     FROM snapshots CROSS JOIN generate_series(1, 168) AS back WHERE timeframe = '1h'`,
  );
  await pool.query("VACUUM ANALYZE");
}
