import { z } from "zod";
import { forgeConfigSchema } from "./forge-config.ts";

/** What `forge init` asks: both are false unless a person said yes. */
export interface TracesAnswer {
  readonly enabled: boolean;
  readonly acknowledged_terms: boolean;
}

const HEAD = `# How the forge works on this repository. Every key may be left out; what stands here are the defaults.
# Check a spec with: alphaforge forge check spec.xml
`;
const WIDTH = 100;

/** Commands that were found in the repository and confirmed. */
export interface CommandsAnswer {
  readonly setup?: readonly string[];
  readonly verify?: readonly string[];
}

/** A commented alphaforge.yaml with every key at its default, but for what was answered. */
export function configTemplate(traces: TracesAnswer, commands: CommandsAnswer = {}): string {
  const config = forgeConfigSchema.parse({ training_traces: traces, ...commands });
  return `${HEAD}\n${keysOf(forgeConfigSchema, config, "").join("\n")}`;
}

/** The lines of an object's keys, each below its description. Maps are blocks, lists and scalars JSON, which is YAML. */
function keysOf(schema: z.ZodObject, value: Readonly<Record<string, unknown>>, indent: string): readonly string[] {
  return Object.entries(schema.shape).map(([key, child]) => {
    const field = child as z.ZodType;
    const comment = wrapped(field.description ?? "", WIDTH - indent.length).map((line) => `${indent}# ${line}\n`);
    const inner = withoutDefault(field);
    const written =
      inner instanceof z.ZodObject
        ? `\n${keysOf(inner, value[key] as Record<string, unknown>, `${indent}  `).join("")}`
        : ` ${JSON.stringify(value[key])}\n`;
    return `${comment.join("")}${indent}${key}:${written}`;
  });
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault
    ? (schema.def.innerType as z.ZodType)
    : schema;
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
