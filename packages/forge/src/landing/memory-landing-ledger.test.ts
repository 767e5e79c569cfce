import { describeLandingLedger } from "./conformance.ts";
import { MemoryLandingLedger } from "./memory-landing-ledger.ts";

describeLandingLedger("landings in memory", async () => {
  const tokens = new Map<string, number>();
  let last = 0;
  const ledger = new MemoryLandingLedger((task) => tokens.get(task));
  return {
    open: () => ledger,
    async grant(task) {
      last += 1;
      tokens.set(task, last);
      return last;
    },
    landed: async () => ledger.landed,
    close: async () => undefined,
  };
});
