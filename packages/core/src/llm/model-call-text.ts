import { z } from "zod";
import type { ModelReply, ModelRequest, ModelTool } from "./model.ts";
import { readReply } from "./reply-reader.ts";
import { toolSchema } from "./tool-schema.ts";

const count = z.number().int().nonnegative();
const usage = z.strictObject({ input: count, output: count, cacheRead: count, cacheWrite: count });
const asked = { attempts: count, usage };
const said = { text: z.string(), rawInput: z.string().optional() };

/** A question as it travels: a tool's schema as JSON, and without the id, which is its row's. */
const requestSchema = z.strictObject({
  agent: z.string(),
  task: z.enum(["scan", "trade", "evolution"]),
  model: z.string(),
  system: z.string(),
  user: z.string(),
  tool: z
    .strictObject({ name: z.string(), description: z.string(), schema: z.record(z.string(), z.unknown()) })
    .optional(),
  maxOutputTokens: z.number().int().positive(),
  /** Requests at once to its provider, over all workers. */
  concurrency: z.number().int().positive(),
});

const replySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("answered"), ...asked, ...said }),
  z.strictObject({ kind: z.literal("invalid"), ...asked, ...said, reasons: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal("failed"),
    ...asked,
    failure: z.enum(["timeout", "rate-limit", "refused", "unavailable", "budget", "garbled"]),
    reason: z.string(),
  }),
]);

/** A question for workers, as JSON text. */
export function requestText({ callId: _, tool, ...request }: ModelRequest, concurrency: number): string {
  const text: z.input<typeof requestSchema> = {
    ...request,
    ...(tool && { tool: { name: tool.name, description: tool.description, schema: toolSchema(tool) } }),
    concurrency,
  };
  return JSON.stringify(text);
}

/**
 * What a worker asks: its tool takes any input, since the checks of the desk's own schema do not travel; the desk makes
 * them. Throws when another version of this program wrote the question.
 */
export function readRequest(callId: string, json: unknown): { request: ModelRequest; concurrency: number } {
  const { concurrency, tool, ...request } = requestSchema.parse(json);
  return { request: { ...request, callId, ...(tool && { tool: { ...tool, input: z.unknown() } }) }, concurrency };
}

/** A worker's reply as JSON text, without the input that it did not check. */
export function replyText(reply: ModelReply): string {
  const { latencyMs: _, ...rest } = reply;
  if (rest.kind !== "answered") return JSON.stringify(rest);
  const { input: _unchecked, ...answered } = rest;
  return JSON.stringify(answered);
}

/** The reply that the desk's own model would have given: the input is checked here, by the schema that did not travel. */
export function readReplyText(tool: ModelTool | undefined, json: unknown, latencyMs: number): ModelReply {
  const reply = replySchema.parse(json);
  const { attempts, usage } = reply;
  const about = { latencyMs, attempts, usage };
  switch (reply.kind) {
    case "failed":
      return { ...about, kind: reply.kind, failure: reply.failure, reason: reply.reason };
    case "invalid":
      return { ...about, kind: reply.kind, reasons: reply.reasons, text: reply.text, rawInput: reply.rawInput };
    case "answered": {
      const { text, rawInput } = reply;
      const calls = tool === undefined || rawInput === undefined ? [] : [{ name: tool.name, input: rawInput }];
      return { ...about, ...readReply(tool, { text, calls, isCutOff: false }) };
    }
  }
}
