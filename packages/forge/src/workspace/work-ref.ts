import { existsSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../git/publish.ts";
import { dropRef, listRefs, moveRef } from "../git/refs.ts";
import type { WorkspaceContext } from "./workspace.ts";

const PREFIX = "refs/alphaforge/work";

type RefContext = Pick<WorkspaceContext, "git" | "room" | "clock" | "facts">;

/**
 * Pins what a workspace starts from while there is a workspace: its clone borrows the user's objects, and a
 * `git gc --prune=now` of theirs would take those that no branch leads to, as earlier work merged onto the branch, or
 * the branch's own once it is deleted.
 */
export async function pinStart(context: RefContext, id: string, start: string, tip: string): Promise<void> {
  const { git, room, clock, facts } = context;
  const update = { ref: `${PREFIX}/${id}`, to: start, reason: "alphaforge: work" };
  const options = { clock, commonDir: facts.commonDir };
  const release = start === tip ? async () => undefined : await publish(room, [start], tip);
  try {
    let move = await moveRef(git, { ...update, from: undefined }, options);
    // Left by a workspace of this name that somebody has removed by hand.
    while (!move.done) move = await moveRef(git, { ...update, from: move.now }, options);
  } finally {
    await release();
  }
}

/** Nothing happens when there is no pin. */
export async function unpinStart({ git, clock, facts }: RefContext, id: string): Promise<void> {
  await dropRef(git, `${PREFIX}/${id}`, { clock, commonDir: facts.commonDir });
}

/** Removes the pins of workspaces that are not there any more. Only for whoever is alone with this repository. */
export async function unpinGone(context: WorkspaceContext): Promise<void> {
  for (const { ref } of await listRefs(context.git, PREFIX)) {
    const id = ref.slice(PREFIX.length + 1);
    if (!existsSync(join(context.root, id))) await unpinStart(context, id);
  }
}
