import type { Pool } from "pg";
import { DeskNotOpened } from "../database/reading.ts";
import type { DeskClock, DeskIdentity } from "./clock.ts";

interface Row {
  name: string;
  venue: string;
  simulated: boolean;
  fee_rate: number;
  opened_at: Date;
  desk_time: Date | null;
  wall_time: Date;
  speed: number;
  phase: DeskClock["phase"];
  progress: number;
}

/** Throws DeskNotOpened when the tables are there and empty. */
export async function readIdentity(pool: Pool): Promise<DeskIdentity> {
  const { rows } = await pool.query<Row>(
    `SELECT name, venue, simulated, fee_rate, opened_at, desk_time, wall_time, speed, phase, progress
     FROM desk LEFT JOIN desk_clock ON true`,
  );
  const row = rows[0];
  if (!row) throw new DeskNotOpened("no desk has opened in this database");
  return {
    name: row.name,
    venue: row.venue,
    simulated: row.simulated,
    feeRate: row.fee_rate,
    openedAt: row.opened_at.getTime(),
    clock: row.desk_time && {
      deskTime: row.desk_time.getTime(),
      wallTime: row.wall_time.getTime(),
      speed: row.speed,
      phase: row.phase,
      progress: row.progress,
    },
  };
}
