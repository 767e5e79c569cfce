import { tmpdir } from "node:os";
import { oneLine } from "@alphaforge/core/errors";
import { openGit } from "@alphaforge/forge/git/run-git";
import { requireGitVersion } from "@alphaforge/forge/git/version";
import { type Checkup, ok, type Patient, problem } from "./checkup.ts";

export async function checkGit({ path, userHome }: Pick<Patient, "path" | "userHome">): Promise<Checkup> {
  try {
    const [major, minor] = await requireGitVersion(openGit({ directory: tmpdir(), path, home: userHome }));
    return ok("git", `${major}.${minor}`);
  } catch (error) {
    return problem("git", oneLine(error));
  }
}
