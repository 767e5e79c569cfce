import type { DeskAddress } from "../config.ts";
import { logLine } from "../database/log-line.ts";
import { readUpTo } from "../requests/read-up-to.ts";
import { workerAddress } from "./worker-address.ts";

const LONGEST_ANSWER = 262_144;
/** The desk itself waits eight seconds for a command to be applied before it answers that it waits. */
const DEADLINE_MS = 15_000;
const PASSED_ON = new Set([200, 202, 400, 401, 404, 409, 413, 422, 503]);

/** One line as {"error": …}. */
export const refuse = (status: number, error: string): Response =>
  Response.json({ error }, { status, headers: { "Cache-Control": "no-store" } });

/**
 * What a desk's own process answers, passed on as it is; or in one line why it could not be asked. What `request` holds,
 * a token among it, goes to the desk alone: its name is checked first.
 */
export async function askWorker(desk: DeskAddress, path: string, request: RequestInit): Promise<Response> {
  if (desk.worker === undefined)
    return refuse(503, "this dashboard was not told where the desk takes commands; start both with alphaforge up");
  const limits = { redirect: "error", signal: AbortSignal.timeout(DEADLINE_MS) } as const;
  try {
    const address = await workerAddress(desk.worker);
    if (address === undefined) return refuse(503, `desk ${desk.name} does not run; start it with alphaforge up`);
    // A desk that was killed leaves its file, and its port may be another program's by now: that one gets no token.
    const greeting = await fetch(`${address}/health`, limits);
    await greeting.body?.cancel();
    if (greeting.headers.get("x-alphaforge-desk") !== desk.name)
      return refuse(503, `what answers at the desk's address is not desk ${desk.name}; restart the desk`);
    const answer = await fetch(`${address}${path}`, { ...request, ...limits });
    const text = await readUpTo(answer.body, LONGEST_ANSWER);
    if (text !== undefined && PASSED_ON.has(answer.status))
      return Response.json(JSON.parse(text), { status: answer.status, headers: { "Cache-Control": "no-store" } });
    logLine("desk.worker.failed", { desk: desk.name, path, status: answer.status });
    return refuse(502, `desk ${desk.name} failed (status ${answer.status}); see its log`);
  } catch (error) {
    logLine("desk.worker.failed", { desk: desk.name, path, error: String(error) });
    if (error instanceof DOMException && error.name === "TimeoutError")
      return refuse(
        504,
        `desk ${desk.name} did not answer in ${DEADLINE_MS / 1000} s; see below whether it took the command`,
      );
    return refuse(503, `desk ${desk.name} does not answer; it may have ended, or be starting`);
  }
}
