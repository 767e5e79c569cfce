/** "12 s", "4 m 10 s", "2 h 5 m" or "3 d 4 h" of milliseconds. What is negative, as when a clock was set, is "0 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(seconds, 60, "m", "s");
  const minutes = Math.round(seconds / 60);
  return minutes < 1440 ? pair(minutes, 60, "h", "m") : pair(Math.round(minutes / 60), 24, "d", "h");
}

function pair(count: number, size: number, large: string, small: string): string {
  const rest = count % size;
  return `${Math.floor(count / size)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** "about 3 min": an estimate, whose seconds would pretend. */
export function roughly(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `about ${Math.max(1, Math.ceil(ms / 1000))} s`;
  return minutes < 90 ? `about ${Math.round(minutes)} min` : `about ${Math.round(minutes / 60)} h`;
}
