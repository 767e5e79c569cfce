import { InvalidArgumentError } from "commander";

/** A port from 1 to 65535. Throws commander's error on anything else. */
export function portNumber(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError(`expected a port from 1 to 65535, got ${text}`);
}
