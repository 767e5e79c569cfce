import type { ZodType } from "zod";

/** What an agent asks a model for: lessons (scan), a decision (trade), a new prompt (evolution). */
export type ModelTask = "scan" | "trade" | "evolution";

/** A JSON Schema, draft 7, as JSON has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The one tool that the model must call. Its input is checked against the schema before anybody sees it. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly input: ZodType;
  /** What the provider is shown of the input; derived from `input` when absent. */
  readonly schema?: JsonSchema;
}

export interface ModelRequest {
  /** Names this question and the exchanges that it leads to; unique in a desk. */
  readonly callId: string;
  /** Who asks: exchanges and budgets are kept by it. */
  readonly agent: string;
  readonly task: ModelTask;
  /** "<provider>/<model>", such as "anthropic/claude-sonnet-4-20250514". */
  readonly model: string;
  /** The part that stays the same from call to call; cached at the provider where that is possible. */
  readonly system: string;
  readonly user: string;
  /** Forced when given; without one the answer is text. */
  readonly tool?: ModelTool;
  readonly maxOutputTokens: number;
}

/** Tokens of one answer. The four add up to what was processed: none is counted twice. */
export interface TokenUsage {
  /** Read, and neither taken from a cache nor written to one. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

interface Asked {
  /** Over all attempts, by the machine's clock. */
  readonly latencyMs: number;
  /** How often the provider was asked. */
  readonly attempts: number;
  /** Of all attempts that said what they used. */
  readonly usage: TokenUsage;
}

export interface Answered extends Asked {
  readonly kind: "answered";
  /** What it wrote beside the tool call, as it wrote it. */
  readonly text: string;
  /** The tool's input as the schema gave it back; undefined when no tool was asked for. */
  readonly input: unknown;
  /** The tool's input as JSON text, as the model wrote it; undefined without a tool. */
  readonly rawInput: string | undefined;
}

/** It answered, but not with the tool, or with an input that the schema refuses. */
export interface Invalid extends Asked {
  readonly kind: "invalid";
  readonly reasons: readonly string[];
  readonly text: string;
  readonly rawInput: string | undefined;
}

export type FailureKind =
  /** No answer within the limit, also when asked once more. */
  | "timeout"
  | "rate-limit"
  /** The provider refused the request: a key, a model name, a parameter. */
  | "refused"
  /** The provider failed or could not be reached. */
  | "unavailable"
  /** The day's budget is spent: nothing was asked. */
  | "budget"
  /** Its answer could not be read. */
  | "garbled";

/** There is no answer, and asking again did not help. */
export interface Failed extends Asked {
  readonly kind: "failed";
  readonly failure: FailureKind;
  /** One line, without credentials. */
  readonly reason: string;
}

export type ModelReply = Answered | Invalid | Failed;

/** A language model, whoever runs it. `conformance.ts` says what every one promises. */
export interface Model {
  /** Never rejects but with the signal's reason, once that has aborted: a failure is a reply. */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}

export const NO_USAGE: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
