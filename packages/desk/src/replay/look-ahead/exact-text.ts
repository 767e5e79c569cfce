/** A value as text in which everything that differs reads differently: NaN, the infinities and −0 too. */
export function exactText(value: unknown): string {
  return (
    JSON.stringify(value, (_, each) => {
      if (typeof each !== "number" || (Number.isFinite(each) && !Object.is(each, -0))) return each;
      return Object.is(each, -0) ? "-0" : String(each);
    }) ?? String(value)
  );
}
