import { treeOf } from "../git/commit-tree.ts";
import type { ObjectRoom } from "../git/object-room.ts";
import { listRefs } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";
import { keepRef } from "./keep-ref.ts";

/** Work that an attempt has left under a keep ref. */
export interface KeptWork {
  readonly attempt: number;
  readonly ref: string;
  readonly commit: string;
  /** The branch's commit that it counts from. */
  readonly base: string;
  readonly tree: string;
  /** Subjects of the coder's own commits, oldest first. */
  readonly subjects: readonly string[];
}

const NAME = /\/(\d+)(?:-(\d+))?$/;

/**
 * What the latest attempt at a task that left anything has left, of one attempt if that is given. The refs are asked, not
 * the record: work that was kept and not written down, since the process died in between, is found all the same.
 */
export async function latestKeptWork(
  git: Git,
  room: ObjectRoom,
  task: string,
  only?: number,
): Promise<KeptWork | undefined> {
  const prefix = keepRef(task, 1).replace(/1$/, "");
  const kept = (await listRefs(git, prefix))
    .flatMap(({ ref, sha }) => {
      const [, attempt, copy = "1"] = NAME.exec(ref) ?? [];
      return attempt === undefined ? [] : [{ ref, commit: sha, attempt: Number(attempt), copy: Number(copy) }];
    })
    .filter(({ attempt }) => only === undefined || attempt === only)
    .sort((a, b) => a.attempt - b.attempt || a.copy - b.copy)
    .at(-1);
  if (kept === undefined) return undefined;
  const { attempt, ref, commit } = kept;
  const base = await room.git.text(["rev-parse", "--verify", `${commit}^1`]);
  const log = await room.git.text(["log", "--reverse", "--format=%s", `${commit}^@`, `^${base}`, "--"]);
  const subjects = log.split("\n").filter((line) => line !== "");
  return { attempt, ref, commit, base, tree: await treeOf(room, commit), subjects };
}
