import { UserError } from "@alphaforge/core/errors";
import { openObjectRoom } from "@alphaforge/forge/git/object-room";
import { userIdentity } from "@alphaforge/forge/git/user-identity";
import { type Finalized, finalize } from "@alphaforge/forge/landing/finalize";
import { sessionStream } from "@alphaforge/forge/sessions/forge-events";
import { readSessions } from "@alphaforge/forge/sessions/read-session";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { reducedEnvironment } from "@alphaforge/forge/verify/reduced-environment";
import { verifyCommit } from "@alphaforge/forge/verify/verify-commit";
import type { App } from "../command.ts";
import { childEnvironment } from "../config.ts";
import { clock } from "../system.ts";
import type { OpenForge } from "./forge-place.ts";

export interface FinalizedBranch {
  /** Without refs/heads/. */
  readonly branch: string;
  readonly target: string;
  readonly result: Finalized;
}

const MINUTE = 60_000;

/**
 * Brings the branches of a session into a target, one after another; stops at the first that cannot be. A merge is
 * verified with the repository's commands and those of all features that have landed in the session. Only for whoever is
 * alone with the repository. Throws UserError when it is not clear which session is meant.
 */
export async function finalizeSession(
  app: App,
  open: OpenForge,
  wish: { readonly session: string | undefined; readonly target: string | undefined },
): Promise<{ readonly session: SessionView; readonly branches: readonly FinalizedBranch[] }> {
  const { git, facts, paths, config, forge: log, project } = open;
  const { sessions, tasks } = await readSessions(log);
  const session = sessionMeant([...sessions.values()], [...tasks.values()], wish.session);
  const target = wish.target ?? session.target;
  const room = await openObjectRoom(git, facts, paths.room);
  const own = [...tasks.values()].filter((view) => view.session === session.session && view.state === "landed");
  const commands = [...new Set([...config.verify, ...own.flatMap(({ feature }) => feature.verify)])];
  const verify = (commit: string) =>
    verifyCommit(git, facts, commit, {
      ...{ scratch: paths.scratch, setup: config.setup, commands, clock, keepBytes: 64 * 1024, signal: app.signal },
      env: reducedEnvironment(childEnvironment(app.config), config.environment),
      timeoutMs: config.limits.verify_minutes * MINUTE,
    });
  const author = await userIdentity(git);
  const landed = new Set(own.flatMap((view) => view.landed?.commit ?? []));
  const branches: FinalizedBranch[] = [];
  for (const each of session.branches) {
    const branch = each.branch.replace("refs/heads/", "");
    const result = await finalize({
      ...{ git, room, commonDir: facts.commonDir, clock, author, session: branch, target, verify },
      isVerified: (commit) => landed.has(commit),
    });
    const isLost = result.kind === "missing" && result.branch === branch;
    branches.push({
      branch,
      target,
      result: isLost ? { ...result, remedy: restoring(session, each.branch, own) } : result,
    });
    const { kind } = result;
    if (kind !== "fast-forward" && kind !== "merged" && kind !== "already-there") break;
    await log.write({
      stream: sessionStream(session.session),
      type: "session.finalized",
      data: {
        ...{ session: session.session, branch: each.branch, target, how: kind },
        ...(kind === "already-there" ? {} : { commit: result.commit }),
      },
    });
  }
  await project();
  return { session, branches };
}

/** What to type to have a session's branch again. Its commits are still there until git takes away what no ref leads to. */
function restoring({ since }: SessionView, ref: string, landed: readonly TaskView[]): string {
  const commits = landed
    .flatMap((view) => (view.branch === ref && view.landed !== undefined ? [view.landed] : []))
    .toSorted((a, b) => a.at - b.at);
  const branch = ref.replace("refs/heads/", "");
  return `${branch} is gone: restore it with git branch ${branch} ${(commits.at(-1)?.commit ?? since).slice(0, 12)}, then finalize again`;
}

/** The named one, or the only one that has landed something and was not finalized since. */
function sessionMeant(
  sessions: readonly SessionView[],
  tasks: readonly TaskView[],
  named: string | undefined,
): SessionView {
  const names = sessions.map(({ session }) => session).join(", ");
  if (named !== undefined) {
    const found = sessions.find(({ session }) => session === named);
    if (found !== undefined) return found;
    throw new UserError(`there is no session ${JSON.stringify(named)}: use one of ${names}`);
  }
  const open = sessions.filter((session) => isOpen(session, tasks));
  const [only] = open;
  if (only === undefined) throw new UserError("nothing has landed that is not finalized: see alphaforge forge status");
  if (open.length > 1) {
    throw new UserError(
      `several sessions have landed something (${open.map(({ session }) => session).join(", ")}): name one`,
    );
  }
  return only;
}

function isOpen({ branches, directly }: SessionView, tasks: readonly TaskView[]): boolean {
  if (directly) return false;
  return branches.some(({ branch, finalized }) =>
    tasks.some((task) => task.branch === branch && task.landed !== undefined && task.landed.at > (finalized?.at ?? 0)),
  );
}
