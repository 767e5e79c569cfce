/** Numbers from 0 to 1, the same ones for the same seed. */
export function seededDraws(seed: number): () => number {
  let state = (seed * 7_919 + 13) % 2_147_483_648;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
