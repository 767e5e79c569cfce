// A process that finalizes a session into branch release and is killed where its failpoints say:
// node finalize.fixture.ts DIRECTORY STATE SPEC
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { armFailpoints } from "@alphaforge/core/failpoints";
import { openObjectRoom } from "../git/object-room.ts";
import { repositoryFacts } from "../git/repository-facts.ts";
import { openGit } from "../git/run-git.ts";
import { author } from "../git/temp-repository.fixture.ts";
import { finalize } from "./finalize.ts";
import { readingVerifier } from "./landing-world.fixture.ts";

const [directory = "", state = "", spec] = process.argv.slice(2);
armFailpoints(spec);
const git = openGit({ directory, path: process.env.PATH ?? "", home: state });
const { commonDir, ...facts } = await repositoryFacts(git);
const room = await openObjectRoom(git, { commonDir, ...facts }, join(state, "room.git"));
const { verify } = readingVerifier(room, () => false);
const names = { session: "alphaforge/s", target: "release" };
const finalized = await finalize({
  isVerified: () => true,
  git,
  room,
  commonDir,
  clock: systemClock,
  author,
  ...names,
  verify,
});
process.stdout.write(finalized.kind);
