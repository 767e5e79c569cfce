import { UserError } from "@alphaforge/core/errors";
import { providerNamed, whyUnasked } from "@alphaforge/core/llm/open-models";
import { type PriceTable, readPriceTable } from "@alphaforge/core/llm/price-table";
import type { AgentSeat } from "@alphaforge/desk/agents/agent";
import type { AgentModels } from "@alphaforge/desk/agents/prompt";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import type { AppConfig } from "../config.ts";
import { clock as wall } from "../system.ts";
import { priceFile } from "./price-file.ts";

/** The models that a desk's file names, once everything that they need is known to be there. */
export interface ConfiguredModels {
  readonly prices: PriceTable;
  /** "<provider>/<model>" of every task of every agent. */
  readonly used: ReadonlySet<string>;
  modelsOf(agent: string): AgentModels;
}

/**
 * Reads files and opens nothing, so that a mistake is told before there is a database. Undefined for a desk that names
 * no models. Throws a UserError for an agent that does not exist, a model without a price, and, unless agents are
 * switched off or asked by workers, a provider without key or address.
 */
export function configuredModels(
  app: Pick<AppConfig, "home" | "agentsEnabled" | "modelEndpoints">,
  config: DeskConfig,
  seats: readonly AgentSeat[],
): ConfiguredModels | undefined {
  const { models, overrides } = config.agents;
  if (models === undefined) return undefined;
  const names = new Set(seats.map(({ name }) => name));
  for (const name of Object.keys(overrides)) {
    if (names.has(name)) continue;
    throw new UserError(`desk ${config.name}: agents.overrides names ${name}; there are ${[...names].join(", ")}`);
  }
  const modelsOf = (agent: string): AgentModels => ({ ...models, ...definedOf(overrides[agent]) });
  const prices = readPriceTable(priceFile(app.home));
  const used = new Set([...names].flatMap((name) => Object.values(modelsOf(name))));
  for (const model of used) {
    const reason = app.agentsEnabled ? whyUnusable(model, app, config) : undefined;
    if (reason !== undefined) throw new UserError(`desk ${config.name}: ${reason}`);
    try {
      prices.pricesOf(model, wall.now());
    } catch (cause) {
      // The table's own error is one of a running desk; here the desk's file is what is wrong.
      throw new UserError(`desk ${config.name}: agents.models`, { cause });
    }
  }
  return { prices, used, modelsOf };
}

/** Why a desk cannot use a model: there is no such provider, or, unless workers have the key, no key here. */
export function whyUnusable(
  model: string,
  { modelEndpoints }: Pick<AppConfig, "modelEndpoints">,
  { agents }: Pick<DeskConfig, "agents">,
): string | undefined {
  if (agents.askedBy === "desk") return whyUnasked(model, modelEndpoints);
  const provider = providerNamed(model);
  return "reason" in provider ? provider.reason : undefined;
}

/** What an agent's own lines name; the rest stays as it is for all. */
function definedOf(override: DeskConfig["agents"]["overrides"][string] | undefined): Partial<AgentModels> {
  return Object.fromEntries(Object.entries(override ?? {}).filter(([, model]) => model !== undefined));
}
