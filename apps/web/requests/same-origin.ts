/**
 * Whether a page of this dashboard asks: no other site may send a command with a reader's browser. Sec-Fetch-Site and
 * Origin are set by browsers alone, never by a page's script. Chromium sends the first and, for its own site, not
 * always the second; older browsers send only the second. At least one must be there, and neither may say otherwise.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === null && origin === null) return false;
  if (site !== null && site !== "same-origin") return false;
  return origin === null || (URL.canParse(origin) && new URL(origin).host === headers.get("host"));
}
