import { OperationalError, oneLine } from "@alphaforge/core/errors";
import { isConnectionLost } from "@alphaforge/core/store/connection-lost";
import { isStorageFull } from "@alphaforge/core/store/storage-full";
import { VenueUnavailable } from "@alphaforge/desk/venues/venue-error";

/** A database failed, and the message says so with the remedy. */
export class DatabaseTrouble extends OperationalError {
  override readonly name = "DatabaseTrouble";
}

/**
 * Does `work`, and says of a database that fails it what that means: `whose` is "the database of desk arena". What was
 * acknowledged is in it; the same command goes on from there.
 */
export async function tellingDatabaseTrouble<T>(whose: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isStorageFull(error)) {
      throw new DatabaseTrouble(
        `${whose} has no room left: make some, then run the same command again (${oneLine(error)})`,
      );
    }
    // A venue that refuses connections fails with the same code.
    if (!isConnectionLost(error) || error instanceof VenueUnavailable) throw error;
    throw new DatabaseTrouble(`${whose} went away: run the same command again (${oneLine(error)})`);
  }
}
