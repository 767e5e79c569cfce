import { InvalidArgumentError } from "commander";

/** The value of --concurrency; throws InvalidArgumentError. */
export function readConcurrency(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 200) return Number(text);
  throw new InvalidArgumentError("it is not a whole number from 1 to 200.");
}
