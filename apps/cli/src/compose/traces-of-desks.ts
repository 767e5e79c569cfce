import type { DecisionSample, DecisionSource } from "@alphaforge/corpus/decision-sample";
import { type LeftOut, type ModelDecision, modelDecisions } from "@alphaforge/desk/api/model-decisions";
import { TRADE_TOOL } from "@alphaforge/desk/deciders/llm/trade-action";
import type { AppConfig } from "../config.ts";
import { knownDesk } from "./desk-files.ts";
import { readDesk } from "./desk-state.ts";

export interface OpenDecisions extends DecisionSource {
  /** By desk, how many were read and how many left out; complete when all has been read. */
  readonly tallies: ReadonlyMap<string, Readonly<LeftOut & { read: number }>>;
}

/**
 * Opens the decisions of desks, each as it is at one moment, for as long as `work` reads them. Throws a UserError for an
 * unknown desk before any is opened, and an OperationalError for one without state.
 */
export function withDecisions<T>(
  config: AppConfig,
  desks: readonly string[],
  work: (decisions: OpenDecisions) => Promise<T>,
): Promise<T> {
  for (const name of desks) knownDesk(name, config.home);
  const open = (names: readonly string[], before: OpenDecisions): Promise<T> => {
    const [name, ...rest] = names;
    if (name === undefined) return work(before);
    return readDesk(config, name, (client) => {
      const decisions = modelDecisions(client);
      const tally = { withoutModel: 0, unanswered: 0, forgotten: 0, read: 0 };
      return open(rest, {
        tallies: new Map([...before.tallies, [name, tally]]),
        read: async function* () {
          yield* before.read();
          for await (const decision of decisions.read()) {
            tally.read += 1;
            yield sampleOf(name, decision);
          }
          Object.assign(tally, decisions.leftOut);
        },
      });
    });
  };
  return open([...new Set(desks)], { tallies: new Map(), read: none });
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
    ...(tools === undefined ? {} : { tools: tools.map(functionOf) }),
    ...(realised === undefined ? {} : { realised }),
    ...(effect === undefined ? {} : { effect }),
    details: {
      ...{ desk, timeframe, prompt_version: promptVersion, before_cutoff: isBeforeCutoff },
      ...(invalid === undefined ? {} : { invalid }),
    },
  };
}

/** A tool as OpenAI's format and chat templates describe it, whichever provider it was sent to. */
function functionOf(tool: unknown): unknown {
  const { name, description, input_schema: parameters } = tool as Readonly<Record<string, unknown>>;
  return parameters === undefined ? tool : { type: "function", function: { name, description, parameters } };
}
