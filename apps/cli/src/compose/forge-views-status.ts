import { UserError } from "@alphaforge/core/errors";
import { blockedBy } from "@alphaforge/forge/sessions/task-view";
import type { App } from "../command.ts";
import { choices } from "../nearest.ts";
import { nextSteps } from "../reports/forge-next-step.ts";
import { spendingOf } from "../reports/forge-spending.ts";
import { claimLines, isOver, nextLines, sessionLine, sessionLines } from "../reports/forge-status-lines.ts";
import { clock } from "../system.ts";
import type { OpenForge } from "./forge-place.ts";
import { type ForgeState, readForgeState, type SessionState } from "./forge-views.ts";
import { redaction } from "./forge-views-redaction.ts";
import type { Screen } from "./forge-views-terminal.ts";

/** A forge's status, read anew with every call; of one session when one is named. */
export function forgeStatus(app: App, forge: OpenForge, named: string | undefined) {
  const redact = redaction(forge.config);

  /** Reasons and outputs are what commands and coders wrote: they leave the database here. */
  async function safe(state: SessionState): Promise<SessionState> {
    const tasks = await Promise.all(
      state.tasks.map(async (task) => {
        const attempts = await Promise.all(
          task.attempts.map(async (each) => ({ ...each, ...(await safeRefusal(each.refusal)) })),
        );
        return { ...task, attempts, ...(await safeRefusal(task.refusal)) };
      }),
    );
    return { ...state, tasks };
  }

  async function safeRefusal(refusal: SessionState["tasks"][number]["refusal"]) {
    if (refusal === undefined) return {};
    const { reason, output } = refusal;
    const [safeReason, safeOutput] = await Promise.all([
      redact(reason),
      output === undefined ? output : redact(output),
    ]);
    const rest = safeOutput === undefined ? {} : { output: safeOutput };
    return { refusal: { ...refusal, reason: safeReason, ...rest } };
  }

  async function read(): Promise<ForgeState> {
    await forge.project();
    const state = await readForgeState(forge, { isShared: app.config.databaseUrl !== undefined });
    const names = state.sessions.map(({ session }) => session.session);
    if (named !== undefined && !names.includes(named)) {
      const there = names.length === 0 ? "nothing has been run here yet" : choices(named, names);
      throw new UserError(`there is no session ${JSON.stringify(named)}: ${there}`);
    }
    const shown = state.sessions.filter(({ session }) => named === undefined || session.session === named);
    return { ...state, sessions: await Promise.all(shown.map(safe)) };
  }

  return {
    async lines({ width, colours }: Screen): Promise<readonly string[]> {
      const { sessions, claims } = await read();
      const options = { width, colours, now: clock.now() };
      // The latest is told in full even when it is over: it is what was asked for.
      const isBrief = (each: SessionState, at: number) =>
        isOver(each) && named === undefined && at < sessions.length - 1;
      const brief = sessions.filter(isBrief).map(sessionLine);
      const full = sessions.filter((each, at) => !isBrief(each, at)).map((each) => sessionLines(each, options));
      if (sessions.length === 0) full.push(["no session yet: start with alphaforge forge run SPEC"]);
      const parts = [...(brief.length === 0 ? [] : [brief]), ...full];
      return [
        ...parts.flatMap((lines, at) => (at === 0 ? lines : ["", ...lines])),
        ...claimLines(claims, options),
        ...nextLines(sessions, options),
      ];
    },
    async document() {
      const { sessions, claims } = await read();
      return {
        ...{ directory: forge.directory, at: clock.now() },
        sessions: sessions.map(({ session, orchestration, tasks, verifying }) => {
          const blocked = blockedBy(tasks);
          return {
            ...{ ...session, orchestration, verifying },
            spending: spendingOf(tasks.flatMap(({ attempts }) => attempts)),
            next: nextSteps(session, tasks, orchestration),
            tasks: tasks.map((task) => ({ ...task, blockedBy: blocked.get(task.task) ?? [] })),
          };
        }),
        claims,
      };
    },
  };
}
