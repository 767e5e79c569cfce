import type { Store } from "@alphaforge/core/store/open-store";
import type { DeskEventType } from "@alphaforge/desk/events";
import { LedgerHash } from "@alphaforge/desk/replay/ledger-hash";
import { DESK_STREAM } from "@alphaforge/desk/run/desk-journal";

type Reader = Pick<Awaited<ReturnType<Store["connect"]>>, "query">;

/** Rows fetched at once. */
const PAGE = 5_000;

/** The hash of all that moved money in a desk's log, as `reader`'s transaction sees it. */
export async function ledgerHashOfLog(reader: Reader): Promise<string> {
  const hash = new LedgerHash();
  for (let version = 0; ; ) {
    const { rows } = await reader.query<{ version: number; type: DeskEventType; at: number; data: unknown }>(
      "SELECT version, type, at, data FROM events WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3",
      [DESK_STREAM, version, PAGE],
    );
    for (const { type, at, data } of rows) hash.add(type, at, data);
    const last = rows.at(-1);
    if (last === undefined) return hash.digest();
    version = last.version;
  }
}
