/** The result of `work`, or the signal's reason as soon as it aborts: what ignores the signal is not waited for. */
export function orAbort<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const aborted = () => reject(signal.reason);
    signal.addEventListener("abort", aborted, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", aborted));
  });
}
