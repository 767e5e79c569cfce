import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp } from "@alphaforge/core/log/projection";
import type { Store } from "@alphaforge/core/store/open-store";
import type { DeskEvent } from "@alphaforge/desk/events";
import { money } from "@alphaforge/desk/instrument/money";
import { refreshLeaderboard } from "@alphaforge/desk/leaderboard/store-leaderboard";
import { deskProjection } from "@alphaforge/desk/projections/desk-projection";
import { ensurePartitions } from "@alphaforge/desk/projections/partitions";
import { inTransaction } from "@alphaforge/desk/run/ranking-run";
import { readAgent } from "../apps/web/desks/read-agent.ts";
import { readDesk } from "../apps/web/desks/read-desk.ts";
import { readLeaderboard } from "../apps/web/desks/read-leaderboard.ts";
import { readStamps } from "../apps/web/desks/stamps.ts";
import type { BenchDatabases } from "./bench-databases.ts";
import { type GrowthRow, type Sized, timeGrowth } from "./growth-row.ts";

const SIZES = [10_000, 100_000, 1_000_000];
const AGENTS = 28;
const DAYS = 60;
const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);
const END = START + DAYS * DAY;
/** Trades that are opened and closed between two readings of the tables. */
const STEP = 20;
const ROUNDS = 2;

/**
 * A desk of 28 agents with both twins that has closed 10,000 to 1,000,000 trades, each with its decision: what the pages
 * read, what is computed anew, and what a step folds into the tables.
 */
export async function measureTrades({ emptyDesk }: BenchDatabases): Promise<readonly GrowthRow[]> {
  const sizes: Sized[] = [];
  for (const n of SIZES) {
    const { store, pages } = await emptyDesk(`trades_${n}`);
    const log = new PostgresEventLog(store);
    await record(store, log, n);
    await fillCaches(store);
    const agent = "agent-7";
    const middle = `${START + (DAYS / 2) * DAY}~p`;
    const anew = async () => {
      await store.pool.query("DELETE FROM leaderboard");
      await refreshLeaderboard(store.pool, { seed: "bench", now: END });
    };
    let stepped = 0;
    sizes.push({
      n,
      works: {
        "fold a step: 20 trades opened, then closed": async () => {
          stepped += 1;
          const { opened, closed } = stepOf(stepped);
          for (const events of [opened, closed]) {
            await log.append("desk", "any", events);
            await catchUp(store.pool, log, deskProjection);
          }
        },
        "leaderboard, computed anew": anew,
        "leaderboard, computed again": () => refreshLeaderboard(store.pool, { seed: "bench", now: END }),
        "read the leaderboard's page": () => readLeaderboard(pages),
        "read the desk's page": () => readDesk(pages),
        "read an agent's overview": () => readAgent(pages, agent, { tab: "overview" }),
        "read an agent's trades": () => readAgent(pages, agent, { tab: "trades" }),
        "read an agent's trades, from the middle": () => readAgent(pages, agent, { tab: "trades", before: middle }),
        "read an agent's decisions": () => readAgent(pages, agent, { tab: "reasoning" }),
        "search an agent's decisions in vain": () =>
          readAgent(pages, agent, { tab: "reasoning", search: "nowhere at all" }),
        "ask what is new": () => readStamps(pages),
      },
    });
  }
  return timeGrowth(sizes, ROUNDS);
}

/**
 * The log of the desk: opened and enrolled; of each trade its approval, the one event that a later fold looks up. The
 * tables get a row for each trade and its decision at once: folding a million trades' events takes minutes.
 */
async function record(store: Store, log: PostgresEventLog, trades: number): Promise<void> {
  const events: DeskEvent[] = [];
  const opened = { desk: "bench", venue: "drawn", simulated: true, feeRate: 0.001, finest: "5m" } as const;
  events.push({ type: "desk.opened", at: START, data: opened });
  const initialBalance = money(10_000);
  for (let i = 0; i < AGENTS; i += 1) {
    const agent = `agent-${i}`;
    const seat = { displayName: agent, strategy: "momentum", timeframe: "1h", initialBalance } as const;
    const rules = { agent: `${agent}.rules`, decider: "rules", twin: { kind: "rules", of: agent } } as const;
    const coin = { agent: `${agent}.coin`, decider: "coin", twin: { kind: "coin", of: agent } } as const;
    for (const one of [{ agent, decider: "llm" } as const, rules, coin]) {
      events.push({ type: "agent.enrolled", at: START, data: { ...seat, ...one } });
    }
  }
  const { version } = await log.append("desk", 0, events);
  await catchUp(store.pool, log, deskProjection);
  const drawn = [trades, AGENTS, START, (END - START) / trades];
  await store.pool.query(APPROVALS_SQL, [...drawn, version]);
  await store.pool.query("UPDATE event_log_head SET last_seq = $1", [version + trades]);
  await inTransaction(store, async (client) => {
    const days = Array.from({ length: DAYS + 1 }, (_, day) => START + day * DAY);
    await ensurePartitions(client, "decisions", days);
    await client.query(DECISIONS_SQL, drawn);
    await client.query(TRADES_SQL, drawn);
    await client.query("UPDATE projection_positions SET last_seq = $1", [version + trades]);
  });
}

/** $1 trades among $2 agents and their twins, from $3 on, $4 ms apart. */
const DRAWN_SQL = `
  FROM generate_series(1, $1::int) AS i
  CROSS JOIN LATERAL (
    SELECT 'agent-' || i % $2::int || (ARRAY['', '.rules', '.coin'])[1 + i / $2::int % 3] AS agent,
      ($3::float8 + floor(i * $4::float8))::bigint AS opened, hashtext('trade ' || i)::bigint / 16 AS gross
  ) AS drawn`;

const DECISIONS_SQL = `
  INSERT INTO decisions (at, id, agent, timeframe, decider, action, symbol, reason, params, confidence)
  SELECT to_timestamp(opened / 1000.0), agent || '@' || opened, agent, '1h', 'llm', 'open', 'S' || i % 200,
    'it leads the ranking', '{"stop":90}', i % 101
  ${DRAWN_SQL}`;

const TRADES_SQL = `
  INSERT INTO trades (id, agent, symbol, direction, quantity, entry_price, exit_price, notional, gross, fees, funding,
    net, exit_reason, ambiguous, opened_at, closed_at, entry_decision, confidence)
  SELECT 'p' || i, agent, 'S' || i % 200, 'long', 10, 100, 100, 1000, gross / 1e8, 2, 0, gross / 1e8 - 2, 'stop-loss',
    false, to_timestamp(opened / 1000.0), to_timestamp((opened + 4000) / 1000.0), agent || '@' || opened, i % 101
  ${DRAWN_SQL}`;

/** Of those trades' events the approvals, after event $5. */
const APPROVALS_SQL = `
  INSERT INTO events (seq, stream, version, type, at, data)
  SELECT $5::bigint + i, 'desk', $5::bigint + i, 'order.approved', opened,
    format('{"clientOrderId":"o%s","decisionId":"%s@%s","agent":"%s","kind":"entry","symbol":"S%s","direction":"long",'
      '"positionId":"p%s","notional":100000000000,"stop":90,"target":120}', i, agent, opened, agent, i % 200, i)::json
  ${DRAWN_SQL}`;

/** What does not come from the log: curves of an hour's points, and costs of models. */
async function fillCaches({ pool }: Store): Promise<void> {
  await pool.query(
    `INSERT INTO equity_points
     SELECT name, at, 10000 + 500 * sin(hashtext(name) + extract(epoch FROM at) / 90000)
     FROM agents CROSS JOIN generate_series(to_timestamp($1 / 1000.0), to_timestamp($2 / 1000.0), '1 hour') AS at`,
    [START, END],
  );
  await pool.query("UPDATE books SET updated_at = to_timestamp($1 / 1000.0)", [END]);
  await pool.query("VACUUM ANALYZE");
}

/** Twenty trades on symbols and at times of their own: what their opening records, and a step later their closing. */
function stepOf(step: number): { readonly opened: readonly DeskEvent[]; readonly closed: readonly DeskEvent[] } {
  const opened: DeskEvent[] = [];
  const closed: DeskEvent[] = [];
  const at = END + step * 600_000;
  const notional = money(1_000);
  const [fee, nothing] = [money(1), money(0)];
  for (let i = 0; i < STEP; i += 1) {
    const agent = `agent-${i}`;
    const decisionId = `${agent}@${at}`;
    const position = { agent, symbol: "STEP", direction: "long", positionId: `step ${step} ${i}` } as const;
    const lots = { lots: 1_000, lotDecimals: 2 } as const;
    const entry = { ...position, clientOrderId: `entry ${step} ${i}`, kind: "entry", decisionId } as const;
    const exit = { ...position, clientOrderId: `exit ${step} ${i}`, kind: "exit" } as const;
    const decision = {
      action: "open",
      symbol: "STEP",
      direction: "long",
      notional,
      stop: 90,
      reason: "it leads",
    } as const;
    const fill = { ...lots, price: 100, notional, fee, realised: nothing } as const;
    opened.push(
      { type: "decision.made", at, data: { agent, timeframe: "1h", decider: "llm", decision } },
      { type: "order.approved", at, data: { ...entry, notional, stop: 90 } },
      { type: "order.filled", at, data: { ...entry, ...fill, at, cash: money(-1_001), margin: notional } },
    );
    const reason = "stop-loss";
    const later = at + 300_000;
    const result = {
      gross: nothing,
      fees: money(2),
      funding: nothing,
      net: money(-2),
      reason,
      ambiguous: false,
    } as const;
    const prices = { entryPrice: 100, exitPrice: 100, notional } as const;
    closed.push(
      {
        type: "order.filled",
        at: later,
        data: { ...exit, ...fill, at: later, reason, cash: money(999), margin: money(-1_000) },
      },
      {
        type: "position.closed",
        at: later,
        data: { ...position, ...lots, ...prices, ...result, openedAt: at, closedAt: later, entryDecision: decisionId },
      },
    );
  }
  return { opened, closed };
}
