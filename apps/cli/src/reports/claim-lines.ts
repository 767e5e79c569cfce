import type { HeldClaim, LiveClaim } from "@alphaforge/forge/claims/rules/claim";
import { decide, type Wait } from "@alphaforge/forge/claims/rules/decide";
import { minute } from "../format.ts";
import { duration, roughly } from "./forge-duration.ts";
import { PLAIN } from "./report-style.ts";

/** A claim without what only the rules need, as `--json` shows it. Times are ms since the epoch. */
export function claimJson(claim: LiveClaim): Readonly<Record<string, unknown>> {
  const { id, holder, mode, globs, state, priority, requestedAt, expectedMs } = claim;
  const asked = { id, holder, mode, globs, state, priority, requestedAt, expectedMs };
  if (claim.state === "waiting") return asked;
  const { token, grantedAt, leaseMs } = claim;
  const end = endsAt(claim);
  return { ...asked, token, grantedAt, leaseMs, ...(end === undefined ? {} : { endsAt: end }) };
}

/** When a claim ends that nobody keeps up, ms since the epoch; undefined while its holder keeps it up. */
function endsAt(claim: HeldClaim): number | undefined {
  return claim.askedLeaseMs !== null && claim.beat === 0 ? claim.grantedAt + claim.leaseMs : undefined;
}

export function grantedLines(claim: HeldClaim): readonly string[] {
  const until = `${minute(claim.grantedAt + claim.leaseMs)} UTC`;
  return [
    `token ${claim.token}: ${claim.mode} for ${claim.holder} on ${claim.globs.join(" ")}`,
    `It ends by itself at ${until}, in ${duration(claim.leaseMs)}: nothing keeps it up for you.`,
    `alphaforge forge release ${claim.token} ends it before.`,
  ];
}

/** Why a claim is not granted, a line for each that is in its way. */
export function blockedLines(globs: readonly string[], wait: Wait): readonly string[] {
  return [
    `${globs.join(" ")} cannot be claimed now:`,
    ...wait.blockers.map(({ path, state, holder }) =>
      PLAIN.item(`${path} is ${state === "held" ? "held" : "waited for"} by ${holder}`),
    ),
  ];
}

/** "number 2 in the queue, about 12 min". */
export function queueText({ position, estimatedWaitMs }: Wait): string {
  return `number ${position} in the queue, ${roughly(estimatedWaitMs)}`;
}

/** All that live, as a table. `now` is ms since the epoch. */
export function claimsTable(claims: readonly LiveClaim[], now: number): string {
  if (claims.length === 0) return "nobody claims anything";
  const rows = claims.map((claim) => [
    claim.state === "held" ? `${claim.token}` : "",
    claim.holder,
    claim.mode,
    claim.state === "held" ? heldText(claim) : waitingText(claims, claim, now),
    claim.state === "held" ? "" : claim.id,
    claim.globs.join(" "),
  ]);
  return PLAIN.table(["token", "holder", "mode", "state", "id", "paths"], rows);
}

function heldText(claim: HeldClaim): string {
  const end = endsAt(claim);
  return end === undefined ? `held since ${minute(claim.grantedAt)}` : `held until ${minute(end)}`;
}

function waitingText(claims: readonly LiveClaim[], claim: LiveClaim & { state: "waiting" }, now: number): string {
  const decision = decide(claims, claim, now);
  return decision.granted ? "about to be granted" : queueText(decision.wait);
}
