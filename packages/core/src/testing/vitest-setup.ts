import fc from "fast-check";
import { SOAK } from "./soak.ts";

/**
 * Properties are tried with the same draws at every `npm test`: whether a change passes must not hang on luck. The soak
 * draws anew each time, and is what looks for counterexamples that nobody has thought of.
 */
if (!SOAK) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_260_204 });
