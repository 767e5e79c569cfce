/**
 * What programs need to run at all; everything else, credentials above all, is left out unless it is passed by name.
 *
 * HOME is among what is left out: ~/.npmrc, ~/.netrc, ~/.aws and ~/.config hold credentials, and what a test writes
 * there would stay. Whoever runs commands gives them a home of their own, and npm a cache that lasts
 * (npm_config_cache): `npm ci` checks all that it takes from there against the lock's hashes, so the cache cannot
 * change a result. Caches and tools that do not check are cold or not found, unless their variable (RUSTUP_HOME,
 * GOMODCACHE, PIP_CACHE_DIR) or HOME itself is passed by name. TMPDIR is the machine's: below a directory of the
 * forge's, the paths of sockets would be longer than the 107 bytes that they may have.
 */
const KEPT = ["PATH", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SSL_CERT_FILE"];

/** The environment for what runs in a workspace: the machine's basics, the names in `pass`, and `extra` on top. */
export function reducedEnvironment(
  caller: Readonly<Record<string, string | undefined>>,
  pass: readonly string[] = [],
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const reduced: Record<string, string> = {};
  for (const name of [...KEPT, ...pass]) {
    const value = caller[name];
    if (value !== undefined) reduced[name] = value;
  }
  // Programs that ask ("overwrite? y/n", progress bars) must see that nobody is there.
  return { ...reduced, CI: "1", ...extra };
}
