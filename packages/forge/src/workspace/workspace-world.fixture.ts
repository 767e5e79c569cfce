import { basename, dirname, join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { openObjectRoom } from "../git/object-room.ts";
import { repositoryFacts } from "../git/repository-facts.ts";
import type { Git } from "../git/run-git.ts";
import { author } from "../git/temp-repository.fixture.ts";
import { openWorkspace, type WorkspaceWish } from "./open-workspace.ts";
import { DEFAULT_PORTS } from "./port-leases.ts";
import type { Workspace, WorkspaceContext } from "./workspace.ts";

/** Of its own for each test: by it, what a killed run left is found on the whole machine, and ended. */
const repositoryIdOf = (state: string): string => basename(dirname(state));

export async function workspaceContext(git: Git, state: string): Promise<WorkspaceContext> {
  const facts = await repositoryFacts(git);
  return {
    git,
    facts,
    room: await openObjectRoom(git, facts, join(state, "room.git")),
    clock: systemClock,
    repositoryId: repositoryIdOf(state),
    root: join(state, "workspaces"),
    portLeases: join(state, "ports"),
    identity: author,
  };
}

export const wish = (id: string, tip: string, more: Partial<WorkspaceWish> = {}): WorkspaceWish => ({
  id,
  task: id,
  attempt: 1,
  tip,
  setup: { commands: [], env: { PATH: process.env.PATH ?? "" }, timeoutMs: 60_000, keepBytes: 1000 },
  ports: DEFAULT_PORTS,
  diskCapBytes: 2 ** 30,
  minFreeBytes: 0,
  ...more,
});

/** A workspace that has to be made. */
export async function ready(
  context: WorkspaceContext,
  id: string,
  tip: string,
  more: Partial<WorkspaceWish> = {},
): Promise<Workspace> {
  const opened = await openWorkspace(context, wish(id, tip, more));
  if (opened.kind !== "ready") throw new Error(JSON.stringify(opened));
  return opened.workspace;
}
