import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "@alphaforge/core/errors";
import { globOfPath } from "@alphaforge/forge/globs/glob-of-path";
import { parseGlob } from "@alphaforge/forge/globs/parse-glob";
import type { PathRules } from "@alphaforge/forge/globs/path-rules";

export interface Whereabouts {
  /** The root of the worktree, without symlinks; absent in a bare repository, where no file can be looked at. */
  readonly root: string | undefined;
  /** Where the user stands, without symlinks. */
  readonly directory: string;
  readonly rules: PathRules;
}

/**
 * The globs that a user's words for paths claim. What begins with `./` or `../` counts from where the user stands, all
 * else from the root. A name that is there is that file, whatever characters it holds, and a directory is all that is in
 * it. What leads through a symlink claims both the path as written and the one that it leads to. Throws UserError for a
 * path that leaves the repository, GlobError for a glob that is refused.
 */
export function claimedGlobs(words: readonly string[], where: Whereabouts): readonly string[] {
  const globs = words.flatMap((word) => globsOfWord(word, where));
  for (const glob of globs) parseGlob(glob, where.rules);
  return [...new Set(globs)];
}

function globsOfWord(word: string, { root, directory }: Whereabouts): readonly string[] {
  const isRelative = /^\.{1,2}(\/|$)/.test(word);
  if (root === undefined) {
    if (!isRelative) return [word];
    throw new UserError(`${word} is in no worktree: this repository is bare, write paths from its root`);
  }
  // The steps up are taken here; any other ".." is refused with the glob that it is in.
  const { base, rest } = isRelative ? stepsTaken(word, directory) : { base: root, rest: word };
  const from = insideOf(root, base, word);
  const names = rest.split("/");
  const endsInSlash = names.at(-1) === "";
  if (endsInSlash && names.length > 1) names.pop();
  if (isRelative && rest === "") return from.length === 0 ? ["**"] : written(root, from, [], true, word);
  if (!names.includes("") && !names.includes("..") && !names.includes(".")) {
    const plain = [...from, ...names];
    if (kindOf(join(root, ...plain)) !== "nothing") return written(root, plain, [], endsInSlash, word);
    const firstGlob = names.findIndex((name) => /[*?[{\\!+@]/.test(name));
    const literal = firstGlob === -1 ? names : names.slice(0, firstGlob);
    return written(root, [...from, ...literal], firstGlob === -1 ? [] : names.slice(firstGlob), endsInSlash, word);
  }
  return [[...from.map(globOfPath), rest].join("/")];
}

function stepsTaken(word: string, directory: string): { readonly base: string; readonly rest: string } {
  let base = directory;
  let rest = word;
  for (let step = /^(\.{1,2})(?:\/+|$)/.exec(rest); step !== null; step = /^(\.{1,2})(?:\/+|$)/.exec(rest)) {
    if (step[1] === "..") base = dirname(base);
    rest = rest.slice(step[0].length);
  }
  return { base, rest };
}

/** The names that lead from `root` to `path`. */
function insideOf(root: string, path: string, word: string): readonly string[] {
  const names = relative(root, path)
    .split(sep)
    .filter((name) => name !== "");
  if (names[0] !== "..") return names;
  throw new UserError(`${word} leads out of the repository to ${path}: claim paths below ${root}`);
}

/** The path as it was written and, if it is another, the one that it leads to; `glob` follows both. */
function written(
  root: string,
  plain: readonly string[],
  glob: readonly string[],
  isDirectory: boolean,
  word: string,
): readonly string[] {
  const real = realPath(join(root, ...plain), word);
  const there = insideOf(root, real, word);
  const holdsMore = isDirectory || (glob.length === 0 && kindOf(real) === "directory");
  const of = (names: readonly string[]) => [...names.map(globOfPath), ...glob, ...(holdsMore ? ["**"] : [])].join("/");
  return [...new Set([of(plain), of(there)])];
}

function kindOf(path: string): "nothing" | "link" | "directory" | "file" {
  try {
    const found = lstatSync(path);
    if (found.isSymbolicLink()) return "link";
    return found.isDirectory() ? "directory" : "file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return "nothing";
    throw new UserError(`cannot look at ${path}: ${(error as Error).message}`);
  }
}

const MOST_LINKS = 40;

/** Where `path` leads, every symlink on the way followed, also when what it leads to is not there yet. */
function realPath(path: string, word: string): string {
  const ahead = path.split(sep).filter((name) => name !== "");
  let at: string = sep;
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (name === "..") at = dirname(at);
    if (name === ".." || name === ".") continue;
    const next = join(at, name);
    if (kindOf(next) !== "link") {
      at = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new UserError(`${word} leads through symlinks that lead to each other: repair them`);
    const target = readlinkSync(next);
    if (target.startsWith(sep)) at = sep;
    ahead.unshift(...target.split(sep).filter((part) => part !== ""));
  }
  return at;
}
