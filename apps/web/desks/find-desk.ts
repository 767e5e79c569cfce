import { type DeskAddress, deskAddresses } from "../config.ts";

/** The desk of that name, or undefined. */
export function findDesk(name: string): DeskAddress | undefined {
  return deskAddresses().find((desk) => desk.name === name);
}
