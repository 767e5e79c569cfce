import { hostname } from "node:os";
import type { Jobs } from "@alphaforge/core/jobs/jobs";
import { postgresJobs } from "@alphaforge/core/jobs/postgres-jobs";
import { exchangeRecorder } from "@alphaforge/core/llm/exchange-recorder";
import { modelCallWorker } from "@alphaforge/core/llm/model-call-worker";
import { postgresExchangeStore } from "@alphaforge/core/llm/postgres-exchange-store";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import type { AppConfig } from "../config.ts";
import { clock } from "../system.ts";

export interface ModelCallJobs extends Pick<Jobs, "start" | "counts" | "close"> {
  /** Those that this machine has keys for. */
  readonly providers: readonly string[];
}

/** Seconds: a decision waits for it. */
const POLL = 1;
/** What a worker that ends gives its last exchanges to be stored. */
const CLOSE_MS = 500;

/** The jobs of a desk that has its models asked by workers: `concurrency` calls of one provider at a time here. */
export function modelCallJobs(options: {
  readonly config: AppConfig;
  readonly store: Store;
  readonly logger: Logger;
  readonly concurrency: number;
}): ModelCallJobs {
  const { config, store, logger, concurrency } = options;
  const recorder = exchangeRecorder({
    store: postgresExchangeStore(store.pool),
    clock,
    onTrouble: (error) => logger.warn("model.exchange.unrecorded", { error }),
  });
  const jobs = postgresJobs({ url: store.url, logger, pace: { poll: POLL } });
  const providers = modelCallWorker({
    ...{ jobs, pool: store.pool, clock, logger, recorder, concurrency },
    endpoints: config.modelEndpoints,
    worker: `${hostname()}/${process.pid}`,
  });
  return {
    providers,
    start: () => jobs.start(),
    counts: () => jobs.counts(),
    async close() {
      await jobs.close();
      await recorder.close(CLOSE_MS);
    },
  };
}
