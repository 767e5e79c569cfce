import { askGit } from "./ask-git.ts";
import type { Identity } from "./commit-tree.ts";
import type { Git } from "./run-git.ts";

const OURS: Identity = { name: "Alphaforge", email: "alphaforge@localhost" };

/** Who the user commits as in this repository, by git's configuration; the forge itself when that does not say. */
export async function userIdentity(git: Git): Promise<Identity> {
  const read = async (key: string) => {
    const value = await askGit(git, ["config", "--get", key]);
    return value === "" ? undefined : value;
  };
  const [name, email] = [await read("user.name"), await read("user.email")];
  return { name: name ?? OURS.name, email: email ?? OURS.email };
}
