import type { Block, Conversation } from "./conversation.ts";
import type { DecisionSample } from "./decision-sample.ts";
import { type Readers, readConversation } from "./readers/read-conversation.ts";
import type { Trajectory } from "./trajectory.ts";

/** What becomes one record: a coder's attempt or a trader's decision. */
export interface Sample {
  readonly kind: "code" | "decision";
  readonly taskId: string;
  readonly attempt: number;
  readonly agent: string;
  readonly prompt: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** How the attempt ended; of a decision: profit, loss, flat, open, hold, refused, unfilled, adjusted. */
  readonly outcome: string;
  readonly reason?: string;
  readonly conversation: Conversation;
  readonly raw: readonly unknown[];
  /** Reads redacted messages and prompt again, so that what pieces say together can be searched after each was. */
  readonly reread?: (raw: readonly unknown[], prompt: string) => Conversation;
  readonly mergeCommitSha?: string;
  readonly finalDiff?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Of a decision: the action and its realised result. */
  readonly label?: Readonly<Record<string, unknown>>;
}

export function sampleOfTrajectory(readers: Readers, trajectory: Trajectory): Sample {
  const { taskId, attempt, agent, prompt, startedAt, endedAt, outcome, reason, mergeCommitSha, finalDiff, context } =
    trajectory;
  return {
    kind: "code",
    taskId,
    attempt,
    agent,
    prompt,
    startedAt,
    outcome,
    conversation: readConversation(readers, trajectory),
    raw: trajectory.messages,
    reread: (messages, redacted) =>
      readConversation(readers, {
        ...trajectory,
        prompt: redacted,
        messages: messages as Trajectory["messages"],
      }),
    ...given({ endedAt, reason, mergeCommitSha, finalDiff, context }),
  };
}

export function sampleOfDecision(decision: DecisionSample): Sample {
  const { id, agent, at, prompt, context, reply, call, action, realised } = decision;
  const shown = typeof context === "string" ? context : JSON.stringify(context);
  const answer: readonly Block[] = [
    ...(reply === "" && call !== undefined ? [] : [{ type: "text" as const, text: reply }]),
    ...(call === undefined
      ? []
      : [{ type: "tool_call" as const, id: "call-1", name: call.name, arguments: jsonOrText(call.input) }]),
  ];
  return {
    kind: "decision",
    taskId: id,
    attempt: 1,
    agent,
    prompt,
    startedAt: at,
    outcome: outcomeOf(decision),
    conversation: {
      turns: [
        { role: "system", blocks: [{ type: "text", text: prompt }], at },
        { role: "user", blocks: [{ type: "text", text: shown }], at },
        { role: "assistant", blocks: answer, at },
      ],
      notShown: {},
      ...given({ model: decision.model, tools: decision.tools }),
    },
    raw: [{ prompt, context, reply, ...given({ call }) }],
    label: { action, ...given({ realised }) },
    ...given({ endedAt: realised?.closedAt, context: decision.details }),
  };
}

/** A model may write what is no JSON: then that is what it wrote. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function outcomeOf({ action, realised, effect }: DecisionSample): string {
  if (realised !== undefined) return realised.profit > 0 ? "profit" : realised.profit < 0 ? "loss" : "flat";
  return effect ?? (action.action === "hold" ? "hold" : "open");
}

/** The properties that have a value. */
export function given<T extends Record<string, unknown>>(properties: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
