/** Where it was before verifications ran under the keeper as well. */
export { endMarked } from "../processes/kept-process.ts";
