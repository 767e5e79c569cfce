import { OperationalError, oneLine } from "@alphaforge/core/errors";
import { isConnectionLost } from "@alphaforge/core/store/connection-lost";
import { isStorageFull } from "@alphaforge/core/store/storage-full";

/**
 * Does `work`, and says of a database that fails it what that means: `whose` is "the database of desk arena". What was
 * acknowledged is in it; the same command goes on from there.
 */
export async function tellingDatabaseTrouble<T>(whose: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isStorageFull(error)) {
      throw new OperationalError(
        `${whose} has no room left: make some, then run the same command again (${oneLine(error)})`,
      );
    }
    // A venue that refuses connections fails with the same code.
    if (!isConnectionLost(error) || (error instanceof Error && /^Venue/.test(error.name))) throw error;
    throw new OperationalError(`${whose} went away: run the same command again (${oneLine(error)})`);
  }
}
