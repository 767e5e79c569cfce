import type { Store } from "@alphaforge/core/store/open-store";
import { expect } from "vitest";

type Looking = Pick<Store, "pool">;

/** What a desk had in its log at some moment: nothing of it may be lost or changed. */
export interface Acknowledged {
  readonly seq: number;
  readonly hash: string;
}

const HASH = "md5(string_agg(concat_ws(' ', seq, stream, version, type, at, data), ',' ORDER BY seq))";

export async function acknowledgedIn({ pool }: Looking): Promise<Acknowledged> {
  return (await pool.query(`SELECT max(seq) AS seq, ${HASH} AS hash FROM events`)).rows[0];
}

export async function expectKeptIn({ pool }: Looking, { seq, hash }: Acknowledged): Promise<void> {
  const { rows } = await pool.query(`SELECT ${HASH} AS hash FROM events WHERE seq <= $1`, [seq]);
  expect(rows[0].hash).toBe(hash);
}

/** Every order placed and filled once, every close decided once, every step done once. */
export async function expectOnceIn({ pool }: Looking): Promise<{ readonly placed: number; readonly filled: number }> {
  const { rows } = await pool.query(
    `SELECT count(*) FILTER (WHERE type = 'order.approved') AS placed,
       count(DISTINCT data ->> 'clientOrderId') FILTER (WHERE type = 'order.approved') AS orders,
       count(*) FILTER (WHERE type = 'order.filled') AS filled,
       count(DISTINCT data ->> 'clientOrderId') FILTER (WHERE type = 'order.filled') AS fills,
       count(*) FILTER (WHERE type = 'decision.made') AS decided,
       count(DISTINCT (data ->> 'agent', at)) FILTER (WHERE type = 'decision.made') AS decisions,
       count(*) FILTER (WHERE type = 'desk.advanced') AS advanced,
       count(DISTINCT at) FILTER (WHERE type = 'desk.advanced') AS steps
     FROM events`,
  );
  const { placed, orders, filled, fills, decided, decisions, advanced, steps } = rows[0];
  const once = { placed: orders, filled: fills, decided: decisions, advanced: steps };
  expect({ placed, filled, decided, advanced }).toEqual(once);
  return { placed, filled };
}
