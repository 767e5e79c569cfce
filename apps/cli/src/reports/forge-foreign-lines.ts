import { visibleText } from "@alphaforge/desk/deciders/llm/visible-text";
import type { ForeignWork } from "../compose/forge-run.ts";
import { counted } from "./spec-lines.ts";

const MOST_LISTED = 5;

/** What others have put on the session's branches, for who decides whether that goes further. */
export function foreignLines(foreign: readonly ForeignWork[]): string[] {
  return foreign.flatMap(({ branch, commits, isGreen }) => {
    const verdict = { undefined: "", true: "; it is green with them", false: "; it is RED with them" }[`${isGreen}`];
    const more = commits.length - MOST_LISTED;
    return [
      `${branch} has ${counted(commits.length, "commit")} that the forge did not land${verdict}:`,
      ...commits
        .slice(0, MOST_LISTED)
        .map(
          ({ commit, author, subject }) =>
            `  ${commit.slice(0, 7)} ${visibleText(subject, 80)} (${visibleText(author, 40)})`,
        ),
      ...(more > 0 ? [`  and ${more} more: git log ${branch}`] : []),
    ];
  });
}
