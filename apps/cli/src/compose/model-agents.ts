import { postgresJobs } from "@alphaforge/core/jobs/postgres-jobs";
import { DailyBudget } from "@alphaforge/core/llm/budget";
import { exchangeRecorder } from "@alphaforge/core/llm/exchange-recorder";
import type { Model } from "@alphaforge/core/llm/model";
import { openModels } from "@alphaforge/core/llm/open-models";
import { postgresExchangeStore } from "@alphaforge/core/llm/postgres-exchange-store";
import type { PriceTable } from "@alphaforge/core/llm/price-table";
import { queuedModel } from "@alphaforge/core/llm/queued-model";
import type { EventLog } from "@alphaforge/core/log/event-log";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import { dailyCallBudget } from "@alphaforge/desk/deciders/llm/daily-call-budget";
import { LlmDecider } from "@alphaforge/desk/deciders/llm/llm-decider";
import { type PromptMarket, promptFrame } from "@alphaforge/desk/deciders/llm/prompt-frame";
import { openRecordedCaller } from "@alphaforge/desk/deciders/llm/recorded-caller";
import { spentSince } from "@alphaforge/desk/deciders/llm/spent-since";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import type { ModelServices, OpenModels } from "@alphaforge/desk/run/model-services";
import type { Venue } from "@alphaforge/desk/venues/venue";
import type { AppConfig } from "../config.ts";
import { clock as wall } from "../system.ts";
import { type ConfiguredModels, whyUnusable } from "./configured-models.ts";
import { findMandates } from "./mandates.ts";

export interface ModelAgentsOptions {
  readonly app: AppConfig;
  readonly config: DeskConfig;
  readonly venue: Venue;
  readonly store: Store;
  readonly models: ConfiguredModels;
  readonly logger: Logger;
  /** Aborts what is being asked. */
  readonly signal: AbortSignal;
}

/** What a desk with models needs, and what must be closed after it. */
export interface ModelAgents {
  readonly services: ModelServices;
  /** Those that have a price: what an agent may be given. */
  readonly priced: readonly string[];
  /** Stores the exchanges that still wait, or lets go of the jobs. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** What a desk that ends gives its last exchanges to be stored. */
const CLOSE_MS = 1_000;
/** "<task>" of a prompt's place: evolution sees the frame with this where the strategy stands. */
const STRATEGY = "(the strategy section)";

/** Models, budgets and prompts for a desk whose configuration names models. */
export function modelAgents(options: ModelAgentsOptions): ModelAgents {
  const { app, config, venue, models, signal } = options;
  const { prices, modelsOf } = models;
  const asked = config.agents.askedBy === "workers" ? byWorkers(options) : byDesk(options);
  const market: PromptMarket = {
    venue: venue.traits.name,
    simulated: venue.traits.simulated,
    feeRate: venue.traits.feeRate,
    ...config.risk,
  };
  const prompts = findMandates();
  return {
    services: {
      asleep: app.agentsEnabled ? "" : "model agents are switched off (AGENTS_ENABLED)",
      modelsOf,
      firstPromptOf(strategy) {
        const text = prompts.get(strategy);
        if (text === undefined) throw new Error(`strategy ${strategy} has no mandate`);
        return text;
      },
      async open(log) {
        await asked.begin();
        return open(log, { model: asked.model, prices, market, signal, app, config });
      },
    },
    priced: prices.models,
    close: asked.close,
  };
}

/** How models are asked. */
interface Asked {
  readonly model: Model;
  /** Before the first question. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

function byDesk({ app, config, store, models, logger }: ModelAgentsOptions): Asked {
  const recorder = exchangeRecorder({
    store: postgresExchangeStore(store.pool),
    clock: wall,
    onTrouble: (error) => logger.warn("model.exchange.unrecorded", { error }),
  });
  const model = openModels({
    endpoints: app.modelEndpoints,
    models: app.agentsEnabled ? models.used : [],
    clock: wall,
    recorder,
    concurrency: config.agents.concurrency,
  });
  return { model, begin: async () => undefined, close: () => recorder.close(CLOSE_MS) };
}

/** By `alphaforge worker`, which keeps the raw exchanges too. */
function byWorkers({ config, store, logger }: ModelAgentsOptions): Asked {
  const model = queuedModel({
    ...{ jobs: postgresJobs({ url: store.url, logger }), store, clock: wall, logger },
    concurrency: config.agents.concurrency,
    remedy: (provider) => `start alphaforge worker --desk ${config.name} where the key of ${provider} is set`,
  });
  return { model, begin: () => model.start(), close: () => model.close() };
}

interface Parts {
  readonly model: Model;
  readonly prices: PriceTable;
  readonly market: PromptMarket;
  readonly signal: AbortSignal;
  readonly app: AppConfig;
  readonly config: DeskConfig;
}

async function open(log: EventLog, { model, prices, market, signal, app, config }: Parts): Promise<OpenModels> {
  const now = wall.now();
  const spentToday = await spentSince(log, now - (now % DAY_MS));
  const daily = new DailyBudget({ limits: config.agents.budget, spentToday, now });
  const budget = dailyCallBudget(daily, wall);
  const caller = await openRecordedCaller({ model, log, prices, budget, clock: wall, signal });
  return {
    caller,
    decider: ({ name, timeframe, twin }, brain) =>
      new LlmDecider({
        agent: name,
        timeframe,
        brain,
        caller,
        market,
        isEnabled: () => app.agentsEnabled,
        // Nobody has read the prices of a market that we make up.
        cutoffOf: (name) => (market.simulated ? undefined : prices.cutoffOf(name)?.at),
        reflects: twin === undefined,
      }),
    frameOf: ({ timeframe }) => promptFrame(timeframe, market, STRATEGY),
    evolves: () => app.agentsEnabled && app.evolutionEnabled,
    isKnown: (name) => prices.models.includes(name) && whyUnusable(name, app, config) === undefined,
  };
}
