import type { DecisionSample, DecisionSource } from "@alphaforge/corpus/decision-sample";
import { type LeftOut, type ModelDecision, modelDecisions } from "@alphaforge/desk/api/model-decisions";
import { TRADE_TOOL } from "@alphaforge/desk/deciders/llm/trade-action";
import type { AppConfig } from "../config.ts";
import { readDesk } from "./desk-state.ts";

export interface OpenDecisions extends DecisionSource {
  /** By desk, what is no decision of a model; complete when all has been read. */
  readonly leftOut: ReadonlyMap<string, Readonly<LeftOut>>;
}

/** Opens the decisions of desks, each as it is at one moment, for as long as `work` reads them. */
export function withDecisions<T>(
  config: AppConfig,
  desks: readonly string[],
  work: (decisions: OpenDecisions) => Promise<T>,
): Promise<T> {
  const open = (names: readonly string[], before: OpenDecisions): Promise<T> => {
    const [name, ...rest] = names;
    if (name === undefined) return work(before);
    return readDesk(config, name, (client) => {
      const { read, leftOut } = modelDecisions(client);
      return open(rest, {
        leftOut: new Map([...before.leftOut, [name, leftOut]]),
        read: async function* () {
          yield* before.read();
          for await (const decision of read()) yield sampleOf(name, decision);
        },
      });
    });
  };
  return open([...new Set(desks)], { leftOut: new Map(), read: none });
}

async function* none(): AsyncGenerator<DecisionSample> {
  // The first desk has none before it.
}

function sampleOf(desk: string, decision: ModelDecision): DecisionSample {
  const { id, agent, timeframe, at, model, promptVersion, system, user, text, input, action } = decision;
  const { tools, realised, effect, invalid, isBeforeCutoff } = decision;
  return {
    // Agents are called alike on many desks.
    ...{ id: `${desk}/${id}`, agent, model, at, prompt: system, context: user, reply: text, action },
    ...(input === undefined ? {} : { call: { name: TRADE_TOOL.name, input } }),
    ...(tools === undefined ? {} : { tools }),
    ...(realised === undefined ? {} : { realised }),
    ...(effect === undefined ? {} : { effect }),
    details: {
      ...{ desk, timeframe, prompt_version: promptVersion, before_cutoff: isBeforeCutoff },
      ...(invalid === undefined ? {} : { invalid }),
    },
  };
}
