import { commitDiff } from "@alphaforge/forge/git/commit-diff";
import { openObjectRoom } from "@alphaforge/forge/git/object-room";
import { type AttemptFilter, recordedAttempts } from "@alphaforge/forge/recording/recorded-attempts";
import type { App } from "../command.ts";
import { size } from "../format.ts";
import { withForge } from "./forge-place.ts";
import type { OpenTraces } from "./traces-open.ts";

/** Opens what the forge of the repository that the command was called in has recorded. */
export function withRepositoryTraces<T>(
  app: App,
  filter: AttemptFilter,
  work: (traces: OpenTraces) => Promise<T>,
): Promise<T> {
  return withForge(app, { mustExist: true }, async ({ store, log, forge, git, facts, paths, config }) => {
    const room = await openObjectRoom(git, facts, paths.room);
    return work({
      source: {
        read: async function* () {
          let isEmpty = true;
          for await (const attempt of recordedAttempts({ pool: store.pool, log, forge, git, room }, filter)) {
            isEmpty = false;
            yield attempt;
          }
          if (isEmpty)
            app.warn("nothing is recorded here: coders are, with both flags of training_traces in alphaforge.yaml");
        },
      },
      diffs: {
        read: async (commit) => {
          const diff = await commitDiff(room, commit);
          if (diff?.kind !== "too-large") return diff?.text;
          app.warn(`the change of ${commit} is larger than ${size(diff.maxBytes)}: its record has no diff`);
          return undefined;
        },
      },
      patterns: config.redaction.patterns.map(({ name, pattern }) => `${name}=${pattern}`),
    });
  });
}
