import { type ForgeAddress, forgeAddresses } from "../config.ts";

/** The forge of that name as it stands in an address, or undefined. */
export function findForge(segment: string): ForgeAddress | undefined {
  return forgeAddresses().find(({ name }) => name === segment || encodeURIComponent(name) === segment);
}
