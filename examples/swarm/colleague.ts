import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MARKS } from "./coders.ts";
import { BRANCH, type World } from "./world.ts";

const TITLE = "src/plugins/title/index.ts";
const LOOK_MS = 50;

/**
 * Who has a part in the story beside the coders: a colleague pushes to the session's branch while feature 8 is worked on,
 * and feature 9 is told when shout has landed. Ends when both are done, or when the run is over.
 */
export async function takePart(world: World, isOver: () => boolean): Promise<void> {
  const until = async (isTrue: () => boolean) => {
    while (!isTrue() && !isOver()) await sleep(LOOK_MS);
    return !isOver();
  };
  await Promise.all([
    until(() => existsSync(join(world.marks, MARKS.titleBegan))).then((isTime) => {
      if (!isTime) return;
      pushRemedy(world);
      mark(world, MARKS.colleaguePushed);
    }),
    until(() => hasLanded(world, "src/plugins/shout/index.ts")).then((isTime) => {
      if (isTime) mark(world, MARKS.shoutLanded);
    }),
  ]);
}

const mark = ({ marks }: World, name: string) => writeFileSync(join(marks, name), "");

function hasLanded({ git }: World, path: string): boolean {
  return git("for-each-ref", BRANCH) !== "" && git("ls-tree", "--name-only", BRANCH, path) !== "";
}

/** From a clone of their own, as anybody would; again when the forge has landed something in between. */
function pushRemedy({ directory, repository, environment }: World): void {
  const clone = join(directory, "colleague");
  const branch = BRANCH.replace("refs/heads/", "");
  const git = (cwd: string, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Grace", "-c", "user.email=grace@example.org", ...args], {
      ...{ cwd, env: environment, encoding: "utf8", stdio: "pipe" },
    });
  git(directory, "clone", "-q", "--branch", branch, repository, clone);
  const file = join(clone, TITLE);
  writeFileSync(file, readFileSync(file, "utf8").replace(/^const FIRST.*$/m, "const FIRST = /(^|\\s)\\w/g;"));
  git(clone, "commit", "-qam", "Titles begin after white space");
  for (let tries = 10; ; tries--) {
    try {
      git(clone, "push", "-q", "origin", `HEAD:${BRANCH}`);
      return;
    } catch (error) {
      if (tries === 0 || !/rejected|failed to push/.test(String(error))) throw error;
      git(clone, "pull", "-q", "--rebase", "origin", branch);
    }
  }
}
