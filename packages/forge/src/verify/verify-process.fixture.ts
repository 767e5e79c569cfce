// A program that a test kills: node verify-process.fixture.ts REPOSITORY STATE COMMAND verifies HEAD with one command;
// with a fourth argument it makes a workspace whose setup is that command.
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { repositoryFacts } from "../git/repository-facts.ts";
import { openGit } from "../git/run-git.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { wish, workspaceContext } from "../workspace/workspace-world.fixture.ts";
import { reducedEnvironment } from "./reduced-environment.ts";
import { verifyCommit } from "./verify-commit.ts";

const [directory = "", state = "", command = "", setup] = process.argv.slice(2);
const git = openGit({ directory, path: process.env.PATH ?? "", home: state });
const head = await git.text(["rev-parse", "HEAD"]);
const env = reducedEnvironment(process.env);
const limits = { timeoutMs: 60_000, keepBytes: 1000 };
if (setup === undefined) {
  await verifyCommit(git, await repositoryFacts(git), head, {
    ...{ scratch: join(state, "scratch"), setup: [], commands: [command], env, clock: systemClock, ...limits },
  });
} else {
  const context = await workspaceContext(git, state);
  await openWorkspace(context, wish("t", head, { setup: { commands: [command], env, ...limits } }));
}
