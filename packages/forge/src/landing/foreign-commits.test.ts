import { afterEach, beforeEach, expect, test } from "vitest";
import { type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import { foreignCommits } from "./foreign-commits.ts";

let repository: TempRepository;
beforeEach(() => {
  repository = tempRepository();
});
afterEach(() => repository.remove());

test("what the forge did not land is told, with who says to have written it, whatever its trailers claim", async () => {
  const since = repository.user("rev-parse", "HEAD");
  const room = await repository.room();
  const ours = repository.commit("feature 1\n\nAlphaforge-Task: s.1\nAlphaforge-Attempt: 1\nAlphaforge-Token: 1", {
    a: "1",
  });
  const theirs = repository.commit("feature 2\n\nAlphaforge-Task: s.2\nAlphaforge-Attempt: 1\nAlphaforge-Token: 2", {
    b: "1",
  });
  const tip = repository.commit("by hand", { c: "1" });
  expect(await foreignCommits(room, tip, { since, ours: new Set([ours]) })).toEqual([
    { commit: theirs, author: "User", subject: "feature 2" },
    { commit: tip, author: "User", subject: "by hand" },
  ]);
  expect(await foreignCommits(room, ours, { since, ours: new Set([ours]) })).toEqual([]);
  expect(await foreignCommits(room, since, { since, ours: new Set() })).toEqual([]);
});
