import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world.ts";

/**
 * Everything that is the user's and not the forge's, as text by name: files of the checkout byte for byte, index, HEAD,
 * stash, configuration, hooks, refs. Session branches and keep refs are the forge's.
 */
export function belongingsOf({ repository, environment, git }: World): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(repository, { recursive: true, encoding: "utf8" })) {
    const file = join(repository, name);
    const stat = lstatSync(file);
    const isGits = name === ".git" || name.startsWith(".git/");
    if (isGits && !/^\.git\/(hooks\/|config$|HEAD$|index$|info\/)/.test(name)) continue;
    if (stat.isFile()) found.set(name, `${stat.mode.toString(8)} ${readFileSync(file, "latin1")}`);
    if (stat.isSymbolicLink()) found.set(name, readlinkSync(file));
  }
  found.set("~/.gitconfig", readFileSync(join(environment.HOME ?? "", ".gitconfig"), "utf8"));
  const refs = git("for-each-ref", "--format=%(refname) %(objectname)").split("\n");
  for (const line of refs.filter((each) => !/^refs\/(heads\/alphaforge|alphaforge)\//.test(each))) {
    const [name = "", id = ""] = line.split(" ");
    found.set(name, id);
  }
  return found;
}
