import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A PATH on which `git` fails at what it is asked to do (at "update-ref", or at everything): on a full disk, which is to
 * git a size that no file may exceed, or by being killed.
 */
export function failingGit(directory: string) {
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const bin = join(directory, "failing-git");
  const [full, killed] = [join(bin, "full"), join(bin, "killed")];
  mkdirSync(bin);
  const script = `#!/bin/sh
asked() { [ -e "$1" ] && case "$2" in *" $(cat "$1")"*) ;; *) false ;; esac; }
if asked '${killed}' " $* "; then kill -9 $$; fi
if asked '${full}' " $* "; then trap '' XFSZ; ulimit -f 0; fi
exec ${real} "$@"
`;
  writeFileSync(join(bin, "git"), script);
  chmodSync(join(bin, "git"), 0o755);
  const at = (file: string, command: string) => writeFileSync(file, command === "" ? "" : `${command} `);
  return {
    path: `${bin}:${process.env.PATH}`,
    fillDisk: (command = "") => at(full, command),
    kill: (command = "") => at(killed, command),
    mend: () => {
      for (const file of [full, killed]) rmSync(file, { force: true });
    },
  };
}
