import { type Checkup, ok, problem } from "./checkup.ts";

const NEEDED = 24;

/** @param running the version that this program runs on, such as "24.1.0", and where its executable is */
export function checkNode(running = { version: process.versions.node, executable: process.execPath }): Checkup {
  const { version, executable } = running;
  if (Number(version.split(".")[0]) < NEEDED) {
    return problem("node", `${version} is too old: run npm ci, which brings Node ${NEEDED} along, or install it`);
  }
  return ok("node", `${version}${executable.includes("/node_modules/") ? ", which came with the install" : ""}`);
}
