import type { OwnDatabaseOptions } from "@alphaforge/core/store/own-database";

export const deskHolder = (desk: string): string => `desk ${desk}`;
export const forgeHolder = (id: string): string => `forge ${id}`;

/**
 * Whose tables a database has: a desk's, a forge's, both's or nobody's. Asked of databases that may have nothing to do
 * with this program.
 */
export const databaseHolders: OwnDatabaseOptions["heldBy"] = async (client) => {
  const { rows: tables } = await client.query<{ desk: boolean; forge: boolean }>(
    `SELECT ours AND to_regclass('desk') IS NOT NULL AS desk, ours AND to_regclass('forge_repository') IS NOT NULL AS forge
     FROM (SELECT to_regclass('alphaforge_migrations') IS NOT NULL AS ours) AS known`,
  );
  const holders: string[] = [];
  if (tables[0]?.desk === true) {
    // The log knows before the table does, which is a fold of it.
    const { rows } = await client.query<{ name: string | null }>(
      `SELECT coalesce(
         (SELECT data ->> 'desk' FROM events WHERE stream = 'desk' AND type = 'desk.opened' ORDER BY version LIMIT 1),
         (SELECT name FROM desk)
       ) AS name`,
    );
    if (typeof rows[0]?.name === "string") holders.push(deskHolder(rows[0].name));
  }
  if (tables[0]?.forge === true) {
    const { rows } = await client.query<{ id: string }>("SELECT id FROM forge_repository");
    holders.push(...rows.map(({ id }) => forgeHolder(id)));
  }
  return holders;
};
