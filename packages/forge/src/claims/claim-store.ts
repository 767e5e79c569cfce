import type { ClaimWish, HeldClaim, LiveClaim } from "./rules/claim.ts";
import type { ClaimAnswer, TokenAnswer } from "./rules/claim-book.ts";

export type WhileCurrent<T> =
  | { readonly ok: true; readonly value: T }
  /** `stale` rises, and names each token once. */
  | { readonly ok: false; readonly stale: readonly number[]; readonly reason: string };

/** Who may touch what, shared by all that work on one repository. Every method throws OperationalError without its store. */
export interface ClaimStore {
  /**
   * Asks: granted at once, or queued with what it waits for. Asking again with the same id tells how it stands, and is
   * an error once it has ended. Throws GlobError for a glob that is refused, UserError for a wish that cannot be.
   */
  claim(wish: ClaimWish): Promise<ClaimAnswer>;
  /**
   * Resolves when the claim of this id is held; rejects when it has ended, and with the signal's reason when that aborts
   * (the claim stays queued: withdraw it). Is told; does not poll.
   */
  wait(id: string, signal?: AbortSignal): Promise<HeldClaim>;
  /** Keeps the lease: call every third of it. After expiry it is refused, and the token stays void for ever. */
  heartbeat(token: number): Promise<TokenAnswer>;
  release(token: number): Promise<TokenAnswer>;
  /** Leaves the queue. */
  withdraw(id: string): Promise<TokenAnswer>;
  /** Whether the token's claim is held now. */
  isCurrent(token: number): Promise<boolean>;
  /**
   * Does `work` while all of these tokens are current and cannot stop being so, in any process: what must not happen
   * after expiry, such as moving a branch. Otherwise does nothing and names those that are not. Keep it short, and ask
   * the store for nothing within it: releases and grants, the answers that you would wait for among them, may wait for
   * it. Without tokens the work is done.
   */
  whileCurrent<T>(tokens: readonly number[], work: () => Promise<T>): Promise<WhileCurrent<T>>;
  /** All that live, held ones by token, then those who wait in queue order. */
  list(): Promise<readonly LiveClaim[]>;
  /** Ends waiting with an error. Claims stay, until their leases run out. */
  close(): Promise<void>;
}
