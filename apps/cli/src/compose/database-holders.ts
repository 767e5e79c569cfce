import type { OwnDatabaseOptions } from "@alphaforge/core/store/own-database";

export const deskHolder = (desk: string): string => `desk ${desk}`;
export const forgeHolder = (id: string): string => `forge ${id}`;

/**
 * Whose tables a database has: a desk's, a forge's, both's or nobody's. Asked of databases that may have nothing to do
 * with this program. A forge of a version that did not note its repository is taken for that of `asker`, if that is a
 * forge: there is one in a database.
 */
export const databaseHolders =
  (asker: string): OwnDatabaseOptions["heldBy"] =>
  async (client) => {
    const { rows: tables } = await client.query<{ desk: boolean; forge: boolean; isNoted: boolean }>(
      `SELECT ours AND to_regclass('desk') IS NOT NULL AS desk, ours AND to_regclass('forge_claims') IS NOT NULL AS forge,
         to_regclass('forge_repository') IS NOT NULL AS "isNoted"
       FROM (SELECT to_regclass('alphaforge_migrations') IS NOT NULL AS ours) AS known`,
    );
    const { desk, forge, isNoted } = tables[0] as { desk: boolean; forge: boolean; isNoted: boolean };
    const holders: string[] = [];
    if (desk) {
      // The log knows before the table does, which is a fold of it.
      const { rows } = await client.query<{ name: string | null }>(
        `SELECT coalesce(
           (SELECT data ->> 'desk' FROM events WHERE stream = 'desk' AND type = 'desk.opened' ORDER BY version LIMIT 1),
           (SELECT name FROM desk)
         ) AS name`,
      );
      if (typeof rows[0]?.name === "string") holders.push(deskHolder(rows[0].name));
    }
    if (forge) {
      const noted = isNoted ? (await client.query<{ id: string }>("SELECT id FROM forge_repository")).rows : [];
      holders.push(...noted.map(({ id }) => forgeHolder(id)));
      if (noted.length === 0 && (await hasForgeEvents(client))) {
        holders.push(asker.startsWith(forgeHolder("")) ? asker : "a forge");
      }
    }
    return holders;
  };

type Client = Parameters<OwnDatabaseOptions["heldBy"]>[0];

async function hasForgeEvents(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT FROM events WHERE type = 'session.opened' LIMIT 1");
  return rows.length > 0;
}
