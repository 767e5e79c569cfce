import { idFrom } from "@alphaforge/core/ids";
import type { ClaimStore } from "../claims/claim-store.ts";
import { branchStream, taskStream } from "../sessions/forge-events.ts";
import type { ForgeEntry, ForgeLog } from "../sessions/forge-log.ts";
import type { Landing } from "./candidate.ts";
import type { LandingIntent, LandingLedger } from "./landing-ledger.ts";

export interface ForgeLandingLedgerOptions {
  readonly forge: ForgeLog;
  readonly claims: ClaimStore;
}

/**
 * The ledger of landings in a forge's log: what a crash leaves is read from there by the next process. A task's landing
 * is written to the task in the same append that acknowledges it, once for each commit, however often it is repeated.
 */
export function forgeLandingLedger({ forge, claims }: ForgeLandingLedgerOptions): LandingLedger {
  const branches = new Map<string, BranchRecord>();
  const branchOfIntent = new Map<string, string>();

  const recordOf = async (branch: string): Promise<BranchRecord> => {
    const record = branches.get(branch) ?? { seq: 0, intents: new Map() };
    branches.set(branch, record);
    for await (const event of forge.read({ stream: branchStream(branch), fromSeq: record.seq + 1 })) {
      // Whoever reads at the same time has taken it over already.
      if (event.seq <= record.seq) continue;
      record.seq = event.seq;
      if (event.type === "landing.intended") {
        const openings = (record.intents.get(event.data.id)?.openings ?? 0) + 1;
        record.intents.set(event.data.id, { intent: event.data, openings, isOpen: true });
        branchOfIntent.set(event.data.id, branch);
      } else if (event.type === "landing.abandoned" || event.type === "landing.acknowledged") {
        const known = record.intents.get(event.data.intent);
        if (known !== undefined) known.isOpen = false;
      }
    }
    return record;
  };

  /** The intent as it stands now. Reads the whole log when another process wrote it and nobody asked what is open. */
  const find = async (id: string): Promise<IntentRecord> => {
    if (!branchOfIntent.has(id)) {
      for await (const { type, data } of forge.read()) {
        if (type === "landing.intended") branchOfIntent.set(data.id, data.branch);
      }
    }
    const branch = branchOfIntent.get(id);
    const record = branch === undefined ? undefined : (await recordOf(branch)).intents.get(id);
    if (record === undefined) throw new Error(`landing ${id} was never intended`);
    return record;
  };

  /** Landing, then taken away by somebody, then landing again with the same commit are three events. */
  const landedEntry = async (branch: string, landing: Landing): Promise<ForgeEntry> => {
    const { task, attempt, token, commit } = landing;
    let takenAway = 0;
    for await (const { type, data } of forge.read({ stream: taskStream(task) })) {
      if (type === "task.unlanded" && data.commit === commit) takenAway += 1;
    }
    return {
      stream: taskStream(task),
      type: "task.landed",
      data: { task, branch, attempt, token, commit },
      id: idFrom("task.landed", task, commit, `${takenAway}`),
    };
  };

  return {
    async intend(intent) {
      const known = (await recordOf(intent.branch)).intents.get(intent.id);
      if (known?.isOpen === true) return;
      const opening = (known?.openings ?? 0) + 1;
      await forge.write({
        stream: branchStream(intent.branch),
        type: "landing.intended",
        data: intent,
        id: idFrom("landing.intended", intent.id, `${opening}`),
      });
      branchOfIntent.set(intent.id, intent.branch);
    },

    async whileCurrent(landings, act) {
      const held = await claims.whileCurrent(
        landings.map(({ token }) => token),
        act,
      );
      if (held.ok) return { current: true, value: held.value };
      const stale = landings.filter(({ token }) => held.stale.includes(token)).map(({ task }) => task);
      return { current: false, stale };
    },

    async acknowledge(intentId, landed) {
      const { intent, openings } = await find(intentId);
      const entries = await Promise.all(landed.map((landing) => landedEntry(intent.branch, landing)));
      const what = landed.map(({ task, commit }) => `${task} ${commit}`).sort();
      await forge.write(
        {
          stream: branchStream(intent.branch),
          type: "landing.acknowledged",
          data: { intent: intentId, landed },
          id: idFrom("landing.acknowledged", intentId, `${openings}`, ...what),
        },
        ...entries,
      );
    },

    async abandon(intentId, reason) {
      const { intent, openings, isOpen } = await find(intentId);
      if (!isOpen) return;
      await forge.write({
        stream: branchStream(intent.branch),
        type: "landing.abandoned",
        data: { intent: intentId, reason },
        id: idFrom("landing.abandoned", intentId, `${openings}`),
      });
    },

    async open(branch) {
      const { intents } = await recordOf(branch);
      return [...intents.values()].filter(({ isOpen }) => isOpen).map(({ intent }) => intent);
    },
  };
}

interface IntentRecord {
  readonly intent: LandingIntent;
  /** How often it was opened: part of its events' ids, so that repeating one does nothing and reopening does. */
  readonly openings: number;
  isOpen: boolean;
}

/** What a branch's stream says, up to and including `seq`. */
interface BranchRecord {
  seq: number;
  readonly intents: Map<string, IntentRecord>;
}
