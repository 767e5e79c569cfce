import { z } from "zod";

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, hostname: /.*/ });
const named = (all: readonly { readonly name: string }[]) => new Set(all.map(({ name }) => name)).size === all.length;

const deskList = z
  .array(
    z.object({
      name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens"),
      url: databaseUrl,
      worker: z.string().min(1).optional(),
    }),
  )
  .refine(named, "names a desk twice");

const forgeList = z
  .array(z.object({ name: z.string().regex(/^[^/\0]+$/, "must be a directory's name"), url: databaseUrl }))
  .refine(named, "names a forge twice");

/** A desk that this server shows. */
export interface DeskAddress {
  readonly name: string;
  /** postgres://… of the desk's own database. Never sent to a browser, never logged. */
  readonly url: string;
  /** Path of the file in which the desk's process says where it takes commands. Absent: commands are not offered. */
  readonly worker?: string | undefined;
}

/** A repository's forge that this server shows. */
export interface ForgeAddress {
  /** The repository directory's name. */
  readonly name: string;
  /** postgres://… of the forge's own database. Never sent to a browser, never logged. */
  readonly url: string;
}

/**
 * The desks to show, first one first, from ALPHAFORGE_DESKS = `[{"name":"arena","url":"postgres://…"}]`. Empty when
 * it is not set. Throws one line that names the variable, without repeating its value: it may hold a password.
 */
export function deskAddresses(environment: NodeJS.ProcessEnv = process.env): readonly DeskAddress[] {
  return addressesIn("ALPHAFORGE_DESKS", deskList, "arena", environment);
}

/** The forges to show, from ALPHAFORGE_FORGES = `[{"name":"shop","url":"postgres://…"}]`; otherwise as the desks. */
export function forgeAddresses(environment: NodeJS.ProcessEnv = process.env): readonly ForgeAddress[] {
  return addressesIn("ALPHAFORGE_FORGES", forgeList, "shop", environment);
}

function addressesIn<T>(
  variable: string,
  list: z.ZodType<readonly T[]>,
  example: string,
  environment: NodeJS.ProcessEnv,
): readonly T[] {
  const text = environment[variable];
  const expected = `[{"name":"${example}","url":"postgres://…"}]`;
  if (text === undefined || text === "") return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${variable} is not JSON: set it to ${expected}`, { cause: error });
  }
  const parsed = list.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${variable} at ${issue?.path.join(".") || "its top"}: ${issue?.message}; expected ${expected}`);
  }
  return parsed.data;
}

/** Whether this is `next dev`, whose scripts need more than the pages' policy allows. */
export const isDevelopment = process.env.NODE_ENV === "development";

/** The environment of a child process: this one's, with `changes`. */
export function childEnvironment(changes: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}
