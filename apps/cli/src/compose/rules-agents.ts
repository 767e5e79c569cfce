import { UserError } from "@alphaforge/core/errors";
import { type AgentSeat, seatsOf } from "@alphaforge/desk/agents/agent";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import type { Signal } from "@alphaforge/desk/forecast/ranking/signal";
import { choices } from "../nearest.ts";
import { findPlugins } from "./plugins.ts";

/** The seats of the strategies that a desk names, or of all that are found. */
export async function seatsFor(config: Pick<DeskConfig, "name" | "strategies">): Promise<readonly AgentSeat[]> {
  const found = (await findPlugins("strategy")).map(({ strategy }) => strategy);
  const names = found.map(({ name }) => name);
  const unknown = config.strategies?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UserError(
      `desk ${config.name}: there is no strategy ${JSON.stringify(unknown)}: ${choices(unknown, names)}`,
    );
  }
  return seatsOf(found.filter(({ name }) => config.strategies?.includes(name) ?? true));
}

/** Every signal that is found. */
export async function findSignals(): Promise<readonly Signal[]> {
  return (await findPlugins("signal")).map(({ signal }) => signal);
}
