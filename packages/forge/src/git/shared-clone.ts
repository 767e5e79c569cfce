import { appendFile, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Identity } from "./commit-tree.ts";
import type { RepositoryFacts } from "./repository-facts.ts";
import type { Git } from "./run-git.ts";

const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", " ")}"`;

/**
 * A clone in `directory` (made here) that borrows the user's objects and has `commit` checked out on `branch`. It is
 * what `clone --shared` makes, less the remote: whoever works in it is handed no name for the user's repository to push
 * to, and no ref is read while the user's gc may be packing them. Objects are borrowed by way of a directory in the
 * clone itself: an agent that takes the place in objects/info/alternates for "the real repository" comes back to its
 * own clone. That is a signpost and no lock: whoever looks one step further finds the path. Returns git in the clone.
 */
export async function makeSharedClone(
  git: Git,
  facts: RepositoryFacts,
  options: { directory: string; branch: string; commit: string; identity: Identity },
): Promise<Git> {
  const { directory, branch, commit, identity } = options;
  await mkdir(directory);
  const clone = git.at(directory, { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" });
  await clone.bytes(["init", "-q", "--template=", `--object-format=${facts.objectFormat}`, "-b", branch, "."]);
  for (const [place, borrowed] of [
    ["objects", "../borrowed"],
    ["borrowed", facts.objects],
  ] as const) {
    await mkdir(join(directory, ".git", place, "info"), { recursive: true });
    await writeFile(join(directory, ".git", place, "info/alternates"), `${borrowed}\n`);
  }
  const user = `[user]\n\tname = ${quoted(identity.name)}\n\temail = ${quoted(identity.email)}\n`;
  await appendFile(join(directory, ".git/config"), user);
  if (facts.shallow) await copyFile(join(facts.commonDir, "shallow"), join(directory, ".git/shallow"));
  await clone.bytes(["update-ref", `refs/heads/${branch}`, commit]);
  await clone.bytes(["reset", "-q", "--hard", "--no-recurse-submodules", commit]);
  return clone;
}
