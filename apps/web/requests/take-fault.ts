import { z } from "zod";
import { logLine } from "../database/log-line.ts";
import { readUpTo } from "./read-up-to.ts";
import { isSameOrigin } from "./same-origin.ts";

const LONGEST_BODY = 4_096;
const fault = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  path: z.string().max(300),
  message: z.string().max(500),
});

/** Writes to the log what failed in a reader's browser, where nobody else would ever see it. 204, or 4xx with a line. */
export async function takeFault(request: Request): Promise<Response> {
  const refuse = (status: number, error: string) => Response.json({ error }, { status });
  if (!isSameOrigin(request.headers)) return refuse(403, "faults are taken from this dashboard's own pages only");
  const text = await readUpTo(request.body, LONGEST_BODY);
  if (text === undefined) return refuse(413, `the fault is longer than ${LONGEST_BODY} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(400, `the fault is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = fault.safeParse(value);
  if (!parsed.success) return refuse(400, "a fault is {id, path, message}");
  logLine("page.failed.in-browser", parsed.data);
  return new Response(null, { status: 204 });
}
