import { afterEach, beforeEach, expect, test } from "vitest";
import { deleteRef, listRefs, readRef } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";
import { type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import { expireKeeps, listKeeps } from "./expire-keeps.ts";
import { keepRef } from "./keep-ref.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 2);

let repository: TempRepository;
beforeEach(() => {
  repository = tempRepository();
});
afterEach(() => repository.remove());

/** Keeps something of an attempt that began `days` ago. */
async function keep(task: string, attempt: number, days: number, copy = 1): Promise<string> {
  const date = `${(NOW - days * DAY) / 1000} +0000`;
  const who = { GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@t", GIT_COMMITTER_NAME: "t", GIT_COMMITTER_EMAIL: "t@t" };
  const commit = await repository.git
    .at(repository.directory, { ...who, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date })
    .text(["commit-tree", "HEAD^{tree}", "-m", `${task} ${attempt} ${copy}`]);
  const ref = keepRef(task, attempt, copy);
  repository.user("update-ref", "--create-reflog", ref, commit);
  return ref;
}

const expire = (more: Partial<Parameters<typeof expireKeeps>[0]> = {}) =>
  expireKeeps({
    ...{ git: repository.git, olderThanMs: 30 * DAY, now: NOW },
    ...{ landed: new Set(["shop.1", "shop.2"]), underWay: new Set(["shop.5"]), ...more },
  });
const refs = async () => (await listRefs(repository.git, "refs/alphaforge/keep")).map(({ ref }) => ref);

test("what has landed goes when it is old; what has not landed stays, however old", async () => {
  const old = [await keep("shop.1", 1, 40), await keep("shop.1", 1, 40, 2), await keep("shop.2", 3, 31)];
  const young = await keep("shop.1", 2, 29);
  const unlanded = await keep("shop.3", 1, 400);
  const { removed, kept } = await expire();
  expect(removed.map(({ ref }) => ref)).toEqual(old);
  expect(removed[1]).toMatchObject({ task: "shop.1", attempt: 1, at: NOW - 40 * DAY });
  expect(kept.map(({ ref, why }) => [ref, why])).toEqual([
    [young, "young"],
    [unlanded, "unlanded"],
  ]);
  expect(await refs()).toEqual([young, unlanded]);
});

test("asked for all, what has not landed goes as well, but nothing of a task that is under way", async () => {
  const [unlanded, working] = [await keep("shop.3", 1, 31), await keep("shop.5", 1, 400)];
  const landing = await keep("shop.1", 1, 400);
  const { removed, kept } = await expire({ all: true, underWay: new Set(["shop.5", "shop.1"]) });
  expect(removed.map(({ ref }) => ref)).toEqual([unlanded]);
  expect(kept.map(({ ref, why }) => [ref, why])).toEqual([
    [landing, "under-way"],
    [working, "under-way"],
  ]);
});

test("a dry run tells the same and removes nothing", async () => {
  const ref = await keep("shop.1", 1, 40);
  const told = await expire({ dryRun: true });
  expect(await refs()).toEqual([ref]);
  expect(await expire()).toEqual(told);
  expect(await refs()).toEqual([]);
  expect(await expire()).toEqual({ removed: [], kept: [] });
});

test("a ref that somebody moved after it was looked at stays where it is", async () => {
  const ref = await keep("shop.1", 1, 40);
  const elsewhere = repository.user("rev-parse", "HEAD");
  const { git } = repository;
  const moving: Git = {
    ...git,
    run(args, options) {
      if (args[0] === "update-ref") repository.user("update-ref", ref, elsewhere);
      return git.run(args, options);
    },
  };
  expect((await expire({ git: moving })).kept).toMatchObject([{ ref, why: "moved" }]);
  expect(await readRef(git, ref)).toBe(elsewhere);
});

test("what the forge did not name is neither listed nor removed", async () => {
  for (const ref of ["refs/alphaforge/keep/mine", "refs/alphaforge/keep/a/b/1", "refs/alphaforge/keep/shop.1/x"]) {
    repository.user("update-ref", ref, "HEAD");
  }
  repository.user("tag", "shop.1");
  expect(await listKeeps(repository.git)).toEqual([]);
  await expire({ all: true, olderThanMs: 0 });
  expect(await refs()).toHaveLength(3);
});

test("deleting compares first, takes packed refs as well, and finds a ref that is gone deleted", async () => {
  const ref = await keep("shop.1", 1, 40);
  const stands = await readRef(repository.git, ref);
  if (stands === undefined) throw new Error("nothing was kept");
  const other = repository.user("rev-parse", "HEAD");
  expect(await deleteRef(repository.git, ref, other)).toEqual({ done: false, now: stands });
  repository.user("pack-refs", "--all");
  expect(await deleteRef(repository.git, ref, stands)).toEqual({ done: true });
  expect(await readRef(repository.git, ref)).toBeUndefined();
  expect(await deleteRef(repository.git, ref, stands)).toEqual({ done: true });
});
