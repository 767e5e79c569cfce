const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a Host header names this machine's loopback. Any site can have its own name lead to 127.0.0.1 and then read
 * this server with a visitor's browser, as its own origin (DNS rebinding); the Host header is the one thing that still
 * tells of it. An address cannot be led anywhere, and browsers take localhost to be loopback whatever DNS says.
 */
export function isLoopbackHost(host: string | null): boolean {
  return host !== null && LOOPBACK.test(host);
}
