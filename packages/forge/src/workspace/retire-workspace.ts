import { readdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { OperationalError } from "@alphaforge/core/errors";
import { failpoint } from "@alphaforge/core/failpoints";
import { releaseLeftovers } from "../git/publish.ts";
import { endMarked } from "../processes/kept-process.ts";
import { removeTree } from "../processes/remove-tree.ts";
import { type Kept, keepWork } from "./keep-work.ts";
import { MARKER_FILE, type Marker, readMarker, writeMarker } from "./marker.ts";
import { releaseDeadPorts, releasePorts } from "./port-leases.ts";
import { NPM_CACHE, SETUP_HOME, setupMark } from "./setup-place.ts";
import { unpinGone, unpinStart } from "./work-ref.ts";
import type { Workspace, WorkspaceContext } from "./workspace.ts";

/** Removes a workspace directory and nothing that the forge did not put there. Throws OperationalError otherwise. */
export async function removeMarked(context: WorkspaceContext, expected: Pick<Marker, "id">): Promise<void> {
  const { root, repositoryId, portLeases } = context;
  const home = join(root, expected.id);
  const marker = await readMarker(root, expected.id, repositoryId);
  if (marker === undefined) {
    throw new OperationalError(`${home} was not made by the forge for this repository: it is left as it is`);
  }
  if (marker.ports !== undefined) await releasePorts(portLeases, home, marker.ports);
  await unpinStart(context, marker.id);
  // A setup command may have outlived both its forge and its keeper.
  if (marker.state === "making") await endMarked(setupMark(home));
  await removeTree(join(home, "clone"));
  await removeTree(join(home, SETUP_HOME));
  for (const name of await readdir(home)) {
    if (name.startsWith(`${MARKER_FILE}.`)) await rm(join(home, name));
  }
  const others = (await readdir(home)).filter((name) => name !== MARKER_FILE);
  if (others.length > 0) {
    throw new OperationalError(`${home} holds ${others.join(", ")}, which the forge did not make: it is left as it is`);
  }
  // Under its second name it is known as the forge's with and without the marker.
  const leftover = join(root, `.old-${marker.id}`);
  await rename(home, leftover);
  await removeLeftover(leftover);
}

/** What a kill leaves of making or removing a workspace: a directory with a marker in it, or with nothing. */
async function removeLeftover(directory: string): Promise<void> {
  await rm(join(directory, MARKER_FILE), { force: true });
  await rmdir(directory);
}

/** Keeps a workspace's work, then removes it. When the work cannot be kept it throws, and the workspace stays. */
export async function retireWorkspace(context: WorkspaceContext, workspace: Workspace): Promise<Kept> {
  const marker = await readMarker(context.root, workspace.id, context.repositoryId);
  if (marker === undefined) {
    throw new OperationalError(`${workspace.home} was not made by the forge for this repository: it is left as it is`);
  }
  const kept = await keepWork(context, workspace);
  await writeMarker(workspace.home, { ...marker, state: "kept" });
  failpoint("workspace.before-remove");
  await removeMarked(context, marker);
  failpoint("workspace.after-remove");
  return kept;
}

export interface RecoveredWorkspace {
  readonly id: string;
  readonly task: string;
  readonly attempt: number;
  /** "unused": no coder had been in it. "was-kept": only its removal was left to do. */
  readonly kept: Kept | { readonly kind: "unused" | "was-kept" };
}

/**
 * Retires what an earlier process left behind, and gives back its ports. Only for whoever is alone with this
 * repository. What the forge did not make is left as it is and named in `foreign`.
 */
export async function recoverWorkspaces(
  context: WorkspaceContext,
): Promise<{ recovered: RecoveredWorkspace[]; foreign: string[] }> {
  const { root, room, facts, repositoryId, portLeases } = context;
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const recovered: RecoveredWorkspace[] = [];
  const foreign: string[] = [];
  for (const name of names) {
    if (name === NPM_CACHE) continue;
    if (/^\.(new|old)-/.test(name) && (await readdir(join(root, name))).every((inside) => inside === MARKER_FILE)) {
      await removeLeftover(join(root, name));
      continue;
    }
    const marker = await readMarker(root, name, repositoryId);
    if (marker === undefined) {
      foreign.push(name);
      continue;
    }
    const { id, task, attempt, base, start, createdAt, state } = marker;
    if (state !== "ready" || marker.ports === undefined) {
      await removeMarked(context, marker);
      recovered.push({ id, task, attempt, kept: { kind: state === "kept" ? "was-kept" : "unused" } });
      continue;
    }
    const home = join(root, id);
    const directory = join(home, "clone");
    const workspace = { id, task, attempt, home, directory, base, start, ports: marker.ports, createdAt };
    recovered.push({ id, task, attempt, kept: await retireWorkspace(context, workspace) });
  }
  await unpinGone(context);
  await releaseLeftovers(room);
  // Of what the room holds, all that anybody needs for longer is in the user's repository. A prune would also take what
  // says where a shallow repository ends, which no ref of the room's leads to.
  if (!facts.shallow) await room.git.bytes(["prune", "--expire=1.day.ago"]);
  await releaseDeadPorts(portLeases);
  return { recovered, foreign };
}
