import { type Checkup, ok, type Patient } from "./checkup.ts";

/** Which providers of language models are set up. Keys are never shown, and nobody is asked whether they are valid. */
export function checkModels({ config: { modelEndpoints, agentsEnabled } }: Pick<Patient, "config">): Checkup {
  const { anthropic, "openai-compatible": compatible } = modelEndpoints;
  const set = [
    ...(anthropic?.apiKey === undefined ? [] : ["ANTHROPIC_API_KEY"]),
    ...(compatible?.apiKey === undefined ? [] : ["OPENAI_COMPATIBLE_API_KEY"]),
    ...(compatible?.baseUrl === undefined ? [] : ["OPENAI_COMPATIBLE_BASE_URL"]),
  ];
  if (set.length === 0) return ok("models", "no key is set: desks trade by rules; agents that ask models need one");
  return ok("models", `set: ${set.join(", ")}${agentsEnabled ? "" : "; AGENTS_ENABLED is false, so nobody asks"}`);
}
