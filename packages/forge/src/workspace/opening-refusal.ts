import { OperationalError } from "@alphaforge/core/errors";
import type { Refusal } from "../sessions/refusal.ts";
import { forgeRunTail } from "../sessions/run-note.ts";
import type { Opened } from "./open-workspace.ts";

const GB = 1e9;

/**
 * Why a workspace was not made, and whether that takes a try away. Throws OperationalError for what is wrong with the
 * machine: another attempt would find the same.
 */
export function openingRefusal(opened: Exclude<Opened, { kind: "ready" }>): { refusal: Refusal; counts: boolean } {
  switch (opened.kind) {
    case "resume_conflict":
      return {
        counts: false,
        refusal: {
          ...{ stage: "workspace", code: "resume_conflict", paths: opened.paths },
          reason: `resume_conflict: earlier work conflicts with the branch in ${opened.paths.join(", ")}`,
        },
      };
    case "resume-base-gone":
      return {
        counts: false,
        refusal: {
          ...{ stage: "workspace", code: "resume-base-gone" },
          reason: `earlier work starts from ${opened.base.slice(0, 12)}, which the branch no longer has`,
        },
      };
    case "setup-failed": {
      const failed = opened.setup.at(-1);
      return {
        counts: true,
        refusal: {
          ...{ stage: "workspace", code: "setup-failed" },
          reason: `setup, ${failed?.command ?? "?"}: ${failed?.outcome ?? "failed"} with exit code ${failed?.code ?? -1}`,
          ...(failed === undefined ? {} : { output: forgeRunTail(failed) }),
        },
      };
    }
    case "over-disk-cap":
      return {
        counts: true,
        refusal: {
          ...{ stage: "workspace", code: "over-disk-cap" },
          reason: `a fresh workspace takes ${(opened.bytes / GB).toFixed(1)} GB of the ${opened.capBytes / GB} GB that disk.workspace_gb allows`,
        },
      };
    case "disk-full":
      throw new OperationalError(
        `the disk has ${(opened.freeBytes / GB).toFixed(2)} GB left, less than ${(opened.neededBytes / GB).toFixed(2)} GB: free some, then run this again`,
      );
    case "no-free-ports":
      throw new OperationalError(
        `no ${opened.range.size} free ports in a row from ${opened.range.first} to ${opened.range.last}: change ports.first in alphaforge.yaml, then run this again`,
      );
  }
}
