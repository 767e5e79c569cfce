import type { Clock } from "@alphaforge/core/clock";
import type { PathRules } from "../globs/path-rules.ts";

export interface ClaimStoreOptions {
  readonly rules: PathRules;
  /** How long a claim lives without a heartbeat, in ms, 1 or more. Of the claims granted here that have no lease of their own. */
  readonly leaseMs: number;
  readonly clock: Clock;
  /** Time that never jumps, in ms from anywhere, such as `performance.now`: leases are measured with it. */
  readonly monotonic: () => number;
}
