import { z } from "zod";
import type { JsonSchema, ModelTool } from "./model.ts";

/** What a provider is shown of a tool's input. */
export function toolSchema({ input, schema }: ModelTool): JsonSchema {
  return schema ?? (z.toJSONSchema(input, { io: "input", target: "draft-7" }) as JsonSchema);
}
