import type { Instrumentation } from "next";
import { logLine } from "./database/log-line.ts";

/** What failed on the server in the making of a page or an answer, under the id that its page shows. */
export const onRequestError: Instrumentation.onRequestError = (error, request, context) => {
  const { digest } = error as { readonly digest?: unknown };
  logLine("page.failed", {
    id: typeof digest === "string" ? digest : null,
    path: request.path,
    route: context.routePath,
    error: error instanceof Error ? error.stack : String(error),
  });
};
