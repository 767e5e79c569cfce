import type { AnthropicProvider } from "@ai-sdk/anthropic";
import type { Clock } from "../../clock.ts";
import type { CredentialScrubber } from "../credential-scrubber.ts";
import type { ExchangeRecorder } from "../exchange-recorder.ts";
import { fetchTap } from "../fetch-tap.ts";
import { type ModelRequest, type ModelTool, NO_USAGE, type TokenUsage } from "../model.ts";
import type { Attempt, ModelProvider } from "../model-provider.ts";
import { readReply, type Written } from "../reply-reader.ts";
import { toolSchema } from "../tool-schema.ts";
import { attemptOfFault, attemptOfStreamFault } from "./provider-fault.ts";

/** The AI SDK's own port of language models: below `generateText`, which drops bodies and raw inputs when it throws. */
export type SdkModel = ReturnType<AnthropicProvider["languageModel"]>;
type CallOptions = Parameters<SdkModel["doGenerate"]>[0];
type Content = Awaited<ReturnType<SdkModel["doGenerate"]>>["content"];
type SdkUsage = Awaited<ReturnType<SdkModel["doGenerate"]>>["usage"];

export interface ProviderSurroundings {
  /** The machine's. */
  readonly clock: Clock;
  /** Gets every exchange; none is kept without one. */
  readonly recorder?: ExchangeRecorder;
}

/** What differs from one provider of the SDK to the next. */
export interface SdkEndpoint {
  readonly name: string;
  /** The variable that holds the key: named where the key was refused. */
  readonly keyVariable: string;
  /** Ask for the answer as a stream of server-sent events. */
  readonly stream: boolean;
  readonly scrubber: CredentialScrubber;
  /** Imports the SDK when first called: whoever asks no model does not wait for it. */
  open(model: string, fetch: typeof globalThis.fetch): Promise<SdkModel>;
  readonly systemOptions?: Extract<CallOptions["prompt"][number], { role: "system" }>["providerOptions"];
  readonly callOptions?: CallOptions["providerOptions"];
}

/** A provider over the AI SDK. Every request leaves through a tap, so that bodies are kept also where the SDK throws. */
export function sdkProvider(endpoint: SdkEndpoint, { clock, recorder }: ProviderSurroundings): ModelProvider {
  const { name, scrubber } = endpoint;

  return {
    name,
    async attempt(request, model, attempt, signal) {
      signal.throwIfAborted();
      const { callId, agent, task } = request;
      const context = { callId, attempt, provider: name, model, agent, task };
      const tap = fetchTap({ context, clock, scrubber, recorder });
      const options = callOptions(endpoint, request, signal);
      try {
        const sdk = await endpoint.open(model, tap.fetch);
        const answer = endpoint.stream ? await stream(sdk, options) : await generate(sdk, options);
        const seen = await tap.finished();
        if ("error" in answer) return scrubbed(attemptOfStreamFault(endpoint, seen, answer.error));
        return { ...readReply(request.tool, answer), usage: answer.usage };
      } catch (error) {
        const seen = await tap.finished();
        signal.throwIfAborted();
        return scrubbed(attemptOfFault(endpoint, seen, error));
      }
    },
  };

  function scrubbed<A extends Attempt>(attempt: A): A {
    return "reason" in attempt ? { ...attempt, reason: scrubber.text(attempt.reason) } : attempt;
  }
}

function callOptions(endpoint: SdkEndpoint, request: ModelRequest, abortSignal: AbortSignal): CallOptions {
  const { system, user, tool, maxOutputTokens } = request;
  return {
    prompt: [
      { role: "system", content: system, providerOptions: endpoint.systemOptions },
      { role: "user", content: [{ type: "text", text: user }] },
    ],
    maxOutputTokens,
    ...(tool === undefined ? {} : { tools: [sdkTool(tool)], toolChoice: { type: "tool", toolName: tool.name } }),
    providerOptions: endpoint.callOptions,
    abortSignal,
  };
}

function sdkTool(tool: ModelTool): NonNullable<CallOptions["tools"]>[number] {
  const { name, description } = tool;
  type Schema = Extract<NonNullable<CallOptions["tools"]>[number], { type: "function" }>["inputSchema"];
  return { type: "function", name, description, inputSchema: toolSchema(tool) as Schema };
}

async function generate(model: SdkModel, options: CallOptions): Promise<Written & { usage: TokenUsage }> {
  const { content, finishReason, usage } = await model.doGenerate(options);
  return { ...writtenIn(content), isCutOff: finishReason.unified === "length", usage: usageOf(usage) };
}

function writtenIn(content: Content): Pick<Written, "text" | "calls"> {
  return {
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    calls: content.flatMap((part) => (part.type === "tool-call" ? [{ name: part.toolName, input: part.input }] : [])),
  };
}

type Streamed = (Written & { usage: TokenUsage }) | { error: unknown };

/** What the stream brought, or the first error in it. */
async function stream(model: SdkModel, options: CallOptions): Promise<Streamed> {
  const { stream: parts } = await model.doStream(options);
  let text = "";
  const calls: { name: string; input: string }[] = [];
  let fault: { error: unknown } | undefined;
  let usage = NO_USAGE;
  let isCutOff = false;
  let isWhole = false;
  for await (const part of parts) {
    if (part.type === "text-delta") text += part.delta;
    else if (part.type === "tool-call") calls.push({ name: part.toolName, input: part.input });
    else if (part.type === "error") fault ??= { error: part.error };
    else if (part.type === "finish") {
      usage = usageOf(part.usage);
      isCutOff = part.finishReason.unified === "length";
      isWhole = part.finishReason.raw !== undefined;
    }
  }
  if (fault !== undefined) return fault;
  // Without the reason why it stopped, the provider has not said that it was done.
  if (!isWhole) return { error: new Error("the stream ended before the answer did") };
  return { text, calls, isCutOff, usage };
}

/** The SDK has taken cached tokens out of `noCache` for both kinds of provider, whichever way they count them. */
function usageOf({ inputTokens, outputTokens }: SdkUsage): TokenUsage {
  const cacheRead = inputTokens.cacheRead ?? 0;
  const cacheWrite = inputTokens.cacheWrite ?? 0;
  return {
    input: inputTokens.noCache ?? Math.max(0, (inputTokens.total ?? 0) - cacheRead - cacheWrite),
    output: outputTokens.total ?? 0,
    cacheRead,
    cacheWrite,
  };
}
