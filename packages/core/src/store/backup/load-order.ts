import type { ClientBase } from "pg";
import { OperationalError } from "../../errors.ts";

/** Tables in an order in which each comes after those that its foreign keys look rows up in. */
export async function loadOrder<T extends { readonly name: string }>(
  client: ClientBase,
  tables: readonly T[],
): Promise<readonly T[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `SELECT f.relname::text AS "from", t.relname::text AS "to" FROM pg_constraint
     JOIN pg_class AS f ON f.oid = conrelid JOIN pg_class AS t ON t.oid = confrelid
     WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = current_schema()::regnamespace`,
  );
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: T[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(({ name }) => !rows.some(({ from, to }) => from === name && left.has(to)));
    if (free.length === 0) throw new OperationalError(`tables ${[...left.keys()].join(", ")} need each other`);
    for (const table of free) {
      left.delete(table.name);
      ordered.push(table);
    }
  }
  return ordered;
}
