import { UserError } from "@alphaforge/core/errors";
import { choices } from "../nearest.ts";

/** The items of these names, in the order asked for; a UserError that names the nearest of those that there are. */
export function named<T>(
  kind: string,
  items: readonly T[],
  nameOf: (item: T) => string,
  names: readonly string[],
): readonly T[] {
  return names.map((name) => {
    const found = items.find((item) => nameOf(item) === name);
    if (found !== undefined) return found;
    throw new UserError(`there is no ${kind} ${JSON.stringify(name)}: ${choices(name, items.map(nameOf))}`);
  });
}
