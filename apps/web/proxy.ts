import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { isDevelopment } from "./config.ts";
import { contentSecurityPolicy } from "./requests/content-security-policy.ts";
import { isLoopbackHost } from "./requests/loopback-host.ts";

/**
 * Answers no request that was sent to another name than this machine's, and gives each page a content security policy
 * with a nonce of its own: Next finds it in the request's policy and puts it on the scripts that it writes.
 */
export function proxy(request: NextRequest): NextResponse {
  if (!isLoopbackHost(request.headers.get("host")))
    return new NextResponse(
      "This dashboard is for this machine alone and answers to 127.0.0.1, localhost and [::1] only. " +
        "Open it under one of these names; from another machine, through a tunnel (ssh -L).\n",
      { status: 421, headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" } },
    );
  const policy = contentSecurityPolicy(randomBytes(16).toString("base64"), isDevelopment);
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

/** Everything but the build's own files, which are the same for everybody and tell nothing. */
export const config = { matcher: "/((?!_next/static/).*)" };
