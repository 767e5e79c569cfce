/**
 * What a page may load and run: scripts that carry the nonce or come from this server as files, and nothing from
 * anywhere else. 'self' stands beside the nonce because the bundler's runtime loads chunks without one; no answer of
 * this server but those files is a script to a browser, for all say nosniff. Styles come from files alone: no style
 * attribute is ever rendered on the server, and what scripts set through the CSSOM is not inline style to a browser.
 */
export function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${isDevelopment ? " 'unsafe-inline'" : ""}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
