import type { JobContext, Jobs } from "../jobs/jobs.ts";
import { PROVIDER_NAMES, type ProviderName } from "./open-models.ts";

/** What a job says: the question itself is in `model_calls`. */
export interface ModelCallJob {
  readonly callId: string;
}

/** A queue for each provider, so that a worker takes only what it has the key for. */
export const modelCallJob = (provider: ProviderName): string => `model-call.${provider}`;

/** Longer than any call is waited for. */
const TIME_LIMIT_MS = 15 * 60_000;

/** Defines the jobs alike for the desk, which sends them, and for its workers. */
export function defineModelCalls(
  jobs: Jobs,
  providers: readonly ProviderName[],
  worker?: {
    /** Calls at once of one provider, in this process. */
    readonly concurrency: number;
    handle(call: ModelCallJob, context: JobContext): Promise<void>;
  },
): void {
  for (const provider of PROVIDER_NAMES.filter((name) => providers.includes(name))) {
    jobs.define<ModelCallJob>({
      name: modelCallJob(provider),
      // A call ends by its time, not by how many workers were stopped in the midst of it.
      retries: 20,
      timeLimitMs: TIME_LIMIT_MS,
      concurrency: worker?.concurrency ?? 0,
      handle: async (call, context) => worker?.handle(call, context),
    });
  }
}
