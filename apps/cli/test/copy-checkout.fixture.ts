import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Checkout {
  readonly root: string;
  /** Its command line. */
  readonly bin: string;
  /** Writes a file that is not there yet: an edit of an existing one throws. Returns its path. */
  add(file: string, text: string): string;
}

/** A copy of packages and command line at `root`, so that what is planted there is found by nobody else. */
export function copyCheckout(root: string): Checkout {
  for (const each of ["packages", "apps/cli", "desks"]) cpSync(join(ROOT, each), join(root, each), { recursive: true });
  const modules = join(root, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name === "@alphaforge")
      cpSync(join(ROOT, "node_modules", name), join(modules, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  return {
    root,
    bin: join(root, "apps/cli/bin/alphaforge.js"),
    add(file, text) {
      const path = join(root, file);
      if (existsSync(path)) throw new Error(`${file} is there already: what is added needs no edit`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
  };
}
