import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { commitTree } from "../git/commit-tree.ts";
import { mergeTrees } from "../git/merge-trees.ts";
import { isReachable } from "../git/refs.ts";
import { makeSharedClone } from "../git/shared-clone.ts";
import { removeTree } from "../processes/remove-tree.ts";
import { type CommandRun, runCommand } from "../verify/run-command.ts";
import { diskFree, diskUse } from "./disk-cap.ts";
import { type Marker, makeMarkedDirectory, writeMarker } from "./marker.ts";
import { leasePorts, type PortRange } from "./port-leases.ts";
import { removeMarked } from "./retire-workspace.ts";
import { NPM_CACHE, SETUP_HOME, setupMark } from "./setup-place.ts";
import { pinStart } from "./work-ref.ts";
import type { Workspace, WorkspaceContext } from "./workspace.ts";

export interface WorkspaceWish {
  /** Unique among this repository's workspaces; a file name. */
  readonly id: string;
  readonly task: string;
  readonly attempt: number;
  /** The branch as it is now. */
  readonly tip: string;
  /** What an earlier attempt left: its tree, and the commit that it counts from. */
  readonly resume?: { readonly base: string; readonly tree: string };
  readonly setup: {
    readonly commands: readonly string[];
    /** As of `reducedEnvironment`. Without HOME they have one of their own, which goes when they have ended. */
    readonly env: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly keepBytes: number;
  };
  readonly ports: PortRange;
  /** Refused when the workspace is larger after its setup. */
  readonly diskCapBytes: number;
  /** Refused when the disk has less than this to begin with. */
  readonly minFreeBytes: number;
  readonly signal?: AbortSignal;
}

export type Opened =
  | { readonly kind: "ready"; readonly workspace: Workspace; readonly setup: readonly CommandRun[] }
  /** The earlier work and the branch as it is now do not merge. Nothing has been made or spent. */
  | { readonly kind: "resume_conflict"; readonly paths: readonly string[]; readonly messages: readonly string[] }
  /** The earlier work started from a commit that the branch does not have any more. */
  | { readonly kind: "resume-base-gone"; readonly base: string }
  | { readonly kind: "setup-failed"; readonly setup: readonly CommandRun[] }
  | { readonly kind: "disk-full"; readonly freeBytes: number; readonly neededBytes: number }
  | { readonly kind: "over-disk-cap"; readonly bytes: number; readonly capBytes: number }
  | { readonly kind: "no-free-ports"; readonly range: PortRange };

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** What is checked out: the branch, with what an earlier attempt left merged onto it. */
async function startOf(context: WorkspaceContext, wish: WorkspaceWish): Promise<string | Opened> {
  const { room, identity, clock } = context;
  const { tip, resume, task } = wish;
  if (resume === undefined) return tip;
  if (!(await isReachable(room.git, resume.base, tip))) return { kind: "resume-base-gone", base: resume.base };
  const commit = { message: `Earlier work on ${task}\n`, author: identity, at: clock.now() };
  const earlier = await commitTree(room, { ...commit, tree: resume.tree, parents: [resume.base] });
  const merged = await mergeTrees(room, tip, earlier);
  if (!merged.clean) return { kind: "resume_conflict", paths: merged.paths, messages: merged.messages };
  return commitTree(room, { ...commit, tree: merged.tree, parents: [tip] });
}

/**
 * Makes a workspace at the branch as it is now. Every refusal is told and leaves nothing behind; twenty may be made at
 * once. Throws GitError when the clone cannot be made, and the signal's reason when it aborts.
 */
export async function openWorkspace(context: WorkspaceContext, wish: WorkspaceWish): Promise<Opened> {
  const { git, facts, root, portLeases, repositoryId, identity, clock } = context;
  const { id, task, attempt, tip, setup, diskCapBytes, minFreeBytes, signal } = wish;
  if (!ID.test(id)) throw new RangeError(`workspace id "${id}" must be letters, digits, "_" and "-"`);
  signal?.throwIfAborted();
  await mkdir(root, { recursive: true });
  const freeBytes = await diskFree(root);
  if (freeBytes < minFreeBytes) return { kind: "disk-full", freeBytes, neededBytes: minFreeBytes };
  const start = await startOf(context, wish);
  if (typeof start !== "string") return start;
  const createdAt = clock.now();
  let marker: Marker = {
    madeBy: "alphaforge",
    id,
    repositoryId,
    state: "making",
    task,
    attempt,
    base: tip,
    start,
    createdAt,
  };
  const home = await makeMarkedDirectory(root, marker);
  const directory = join(home, "clone");
  const runs: CommandRun[] = [];
  const build = async (): Promise<Opened> => {
    const ports = await leasePorts(portLeases, home, wish.ports);
    if (ports === undefined) return { kind: "no-free-ports", range: wish.ports };
    marker = { ...marker, ports };
    await writeMarker(home, marker);
    await pinStart(context, id, start, tip);
    await makeSharedClone(git, facts, { directory, branch: `task/${task}`, commit: start, identity });
    const own = { HOME: join(home, SETUP_HOME), npm_config_cache: join(root, NPM_CACHE) };
    await mkdir(own.HOME, { mode: 0o700 });
    const mark = setupMark(home);
    for (const command of setup.commands) {
      const env = { ...own, ...setup.env, PORT: String(ports.from), GIT_CEILING_DIRECTORIES: home };
      const { timeoutMs, keepBytes } = setup;
      const limits = { timeoutMs, keepBytes, clock, ...(signal && { signal }) };
      const run = await runCommand(command, { directory, env, mark, ...limits });
      signal?.throwIfAborted();
      runs.push(run);
      if (run.outcome !== "passed") return { kind: "setup-failed", setup: runs };
    }
    await removeTree(own.HOME);
    const bytes = await diskUse(home);
    if (bytes > diskCapBytes) return { kind: "over-disk-cap", bytes, capBytes: diskCapBytes };
    await writeMarker(home, { ...marker, state: "ready" });
    const workspace = { id, task, attempt, home, directory, base: tip, start, ports, createdAt };
    return { kind: "ready", workspace, setup: runs };
  };
  let opened: Opened | undefined;
  try {
    opened = await build();
    return opened;
  } finally {
    // No coder has been in it: there is nothing to keep.
    if (opened?.kind !== "ready") await removeMarked(context, marker);
  }
}
