import { describe, expect, test } from "vitest";
import type { Landing } from "./candidate.ts";
import type { LandingIntent, LandingLedger } from "./landing-ledger.ts";

export interface LandingLedgerWorld {
  /** The ledger, as a process that has just started has it. */
  open(): LandingLedger;
  /** Gives the task a claim, in place of the one it had. Its token. */
  grant(task: string): Promise<number>;
  /** All that was acknowledged, in order, as often as it was recorded. */
  landed(): Promise<readonly Landing[]>;
  close(): Promise<void>;
}

const BRANCH = "refs/heads/alphaforge/s";
const OTHER = "refs/heads/alphaforge/other";

const landing = (task: string, token = 1): Landing => ({ task, attempt: 1, token, commit: `${task}0` });
const intent = (id: string, landings: readonly Landing[], branch = BRANCH): LandingIntent => ({
  id,
  branch,
  from: "a0",
  to: id,
  landings,
});

/** What every `LandingLedger` promises. Call it in a test file with the way to make one. */
export function describeLandingLedger(name: string, make: () => Promise<LandingLedgerWorld>): void {
  const withWorld = (work: (world: LandingLedgerWorld) => Promise<void>) => async () => {
    const world = await make();
    try {
      await work(world);
    } finally {
      await world.close();
    }
  };
  const idsOf = async (ledger: LandingLedger, branch = BRANCH) => (await ledger.open(branch)).map(({ id }) => id);

  describe(name, () => {
    test(
      "what is intended is open, on its own branch, for whoever comes next, until it is acknowledged",
      withWorld(async (world) => {
        const ledger = world.open();
        const one = intent("one", [landing("a"), landing("b")]);
        await ledger.intend(one);
        await ledger.intend(intent("two", [landing("c")], OTHER));
        expect(await world.open().open(BRANCH)).toEqual([one]);
        expect(await idsOf(world.open(), OTHER)).toEqual(["two"]);
        await ledger.acknowledge("one", [landing("a"), landing("b")]);
        expect(await idsOf(ledger)).toEqual([]);
        expect(await idsOf(world.open())).toEqual([]);
        expect(await idsOf(ledger, OTHER)).toEqual(["two"]);
        expect(await world.landed()).toEqual([landing("a"), landing("b")]);
      }),
    );

    test(
      "intending, abandoning and acknowledging again, by this process or the next, adds nothing",
      withWorld(async (world) => {
        for (const ledger of [world.open(), world.open()]) {
          await ledger.intend(intent("one", [landing("a")]));
          await ledger.intend(intent("one", [landing("a")]));
        }
        expect(await idsOf(world.open())).toEqual(["one"]);
        for (const ledger of [world.open(), world.open()]) {
          await ledger.acknowledge("one", [landing("a")]);
          await ledger.acknowledge("one", [landing("a")]);
          await ledger.abandon("one", "too late");
        }
        expect(await world.landed()).toEqual([landing("a")]);
        expect(await idsOf(world.open())).toEqual([]);
      }),
    );

    test(
      "what was abandoned can be intended again, as often as need be, and land then",
      withWorld(async (world) => {
        for (let round = 0; round < 3; round += 1) {
          const ledger = world.open();
          await ledger.intend(intent("one", [landing("a")]));
          expect(await idsOf(ledger)).toEqual(["one"]);
          await ledger.abandon("one", "the branch moved");
          await world.open().abandon("one", "the branch moved");
          expect(await idsOf(ledger)).toEqual([]);
          expect(await idsOf(world.open())).toEqual([]);
        }
        await world.open().intend(intent("one", [landing("a")]));
        await world.open().acknowledge("one", [landing("a")]);
        expect(await world.landed()).toEqual([landing("a")]);
      }),
    );

    test(
      "an abandoned intent that turns out to have landed is acknowledged, in part as well",
      withWorld(async (world) => {
        const ledger = world.open();
        await ledger.intend(intent("one", [landing("a"), landing("b")]));
        await ledger.abandon("one", "the process ended");
        await ledger.acknowledge("one", [landing("b")]);
        expect(await idsOf(ledger)).toEqual([]);
        expect(await world.landed()).toEqual([landing("b")]);
      }),
    );

    test(
      "an acknowledged intent that is written again is open again, and its tasks have still landed once",
      withWorld(async (world) => {
        const ledger = world.open();
        for (let round = 0; round < 2; round += 1) {
          await ledger.intend(intent("one", [landing("a")]));
          expect(await idsOf(world.open())).toEqual(["one"]);
          await ledger.acknowledge("one", [landing("a")]);
          expect(await idsOf(world.open())).toEqual([]);
        }
        expect(await world.landed()).toEqual([landing("a")]);
      }),
    );

    test(
      "it acts while the tokens are current; otherwise it does not, and names the tasks that lost their claim",
      withWorld(async (world) => {
        const ledger = world.open();
        const landings: Landing[] = [];
        for (const task of ["a", "b", "c"]) landings.push(landing(task, await world.grant(task)));
        expect(await ledger.whileCurrent(landings, async () => 7)).toEqual({ current: true, value: 7 });
        expect(await ledger.whileCurrent([], async () => 8)).toEqual({ current: true, value: 8 });
        await world.grant("c");
        await world.grant("a");
        const never = () => Promise.reject(new Error("must not run"));
        expect(await ledger.whileCurrent(landings, never)).toEqual({ current: false, stale: ["a", "c"] });
      }),
    );
  });
}
