import { readUpTo } from "../requests/read-up-to.ts";
import { isSameOrigin } from "../requests/same-origin.ts";
import { askWorker, refuse } from "./ask-worker.ts";
import { type Command, hasBody } from "./commands.ts";
import { findDesk } from "./find-desk.ts";

/** As long as the desk accepts for a prompt. */
const LONGEST_BODY = 65_536;

/**
 * Hands a command on to the desk's own process, with the reader's token; this server has none and keeps none. Answers
 * what the desk answers, or in one line why it could not be asked. The token is never logged.
 */
export async function forwardCommand(
  request: Request,
  target: { readonly desk: string; readonly agent: string; readonly command: Command },
): Promise<Response> {
  if (!isSameOrigin(request.headers)) return refuse(403, "commands are taken from this dashboard's own pages only");
  const desk = findDesk(target.desk);
  if (!desk) return refuse(404, `no desk is called ${JSON.stringify(target.desk)}`);
  const token = request.headers.get("authorization");
  if (!token?.startsWith("Bearer ")) return refuse(401, "a command needs the desk's token");
  const key = request.headers.get("idempotency-key") ?? "";
  if (!/^[\w-]{8,100}$/.test(key))
    return refuse(400, "a command needs an Idempotency-Key of 8 to 100 letters and digits");
  let body: string | undefined;
  if (hasBody(target.command)) {
    if (!request.headers.get("content-type")?.startsWith("application/json"))
      return refuse(415, "send the command as application/json");
    body = await readUpTo(request.body, LONGEST_BODY);
    if (body === undefined) return refuse(413, `the command is longer than ${LONGEST_BODY} bytes`);
  }
  return askWorker(desk, `/agents/${encodeURIComponent(target.agent)}/${target.command}`, {
    method: "POST",
    headers: {
      authorization: token,
      "idempotency-key": key,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body }),
  });
}
