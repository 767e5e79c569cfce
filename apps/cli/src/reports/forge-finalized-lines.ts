import { visibleText } from "@alphaforge/desk/deciders/llm/visible-text";
import type { Finalized } from "@alphaforge/forge/landing/finalize";
import { forgeRunTail } from "@alphaforge/forge/sessions/run-note";
import type { FinalizedBranch } from "../compose/forge-finalize.ts";

/** The target has all of the branch. */
export function isBrought({ kind }: Finalized): boolean {
  return kind === "fast-forward" || kind === "merged" || kind === "already-there";
}

/** What became of a branch, and what to type when a person has to do the rest. */
export function finalizedLines({ branch, target, result }: FinalizedBranch): string[] {
  switch (result.kind) {
    case "fast-forward":
      return [`${target} is at ${result.commit.slice(0, 12)} now, with all of ${branch} (fast-forward)`];
    case "merged":
      return [`${target} is at ${result.commit.slice(0, 12)} now: a verified merge of ${branch}`];
    case "already-there":
      return [`${target} has all of ${branch} already`];
    case "missing":
      return [result.remedy];
    case "in-use": {
      const how = result.by === "checked-out" ? "checked out" : `in the midst of a ${result.by}`;
      const state = result.dirty ? ", with changes that are not committed" : "";
      return [
        `${target} is ${how} in ${result.directory}${state}, so it was left as it is. Type there:`,
        ...result.todo.map((line) => `  ${line}`),
      ];
    }
    case "conflict":
      return [
        `${branch} conflicts with ${target} in:`,
        ...result.paths.map((path) => `  ${path}`),
        `nothing was changed; ${result.remedy}`,
      ];
    case "red": {
      const failed = result.verification.runs.findLast(({ outcome }) => outcome !== "passed");
      return [
        `${branch} merges into ${target}, but "${failed?.command ?? "verification"}" fails on the two together: nothing was changed`,
        ...(failed === undefined ? [] : outputEnd(forgeRunTail(failed))),
      ];
    }
    case "moved":
      return [`${target} was moved by somebody else at the same moment: run this again`];
  }
}

const MOST_LINES = 20;

/** The last lines that a command wrote, indented, without what a terminal would act on. */
function outputEnd(output: string): string[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-MOST_LINES).map((line) => `  ${visibleText(line, 400)}`);
}
