/** A figure as it is set on a page: a true minus, which is as wide as a plus and is read aloud. */
export function figureText(text: string): string {
  return text.replace(/(?<![\w)])-(?=[\d.])/g, "−");
}

/** "+1.2 %" of a fraction, with a space that does not break; "n/a" where there is none. */
export function signedPercent(fraction: number | undefined, digits = 1): string {
  if (fraction === undefined) return "n/a";
  const text = `${(fraction * 100).toFixed(digits)}\u00a0%`;
  // What rounds to nothing has no sign.
  if (!/[1-9]/.test(text)) return text.replace("-", "");
  return figureText(fraction > 0 ? `+${text}` : text);
}

/** "1,234.50": an amount in USDT. */
export function amountText(amount: number | undefined): string {
  if (amount === undefined) return "n/a";
  const [whole, cents] = amount.toFixed(2).split(".");
  return figureText(`${(whole as string).replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`);
}

/** "+1,234.50". */
export function signedAmount(amount: number): string {
  return amount > 0 ? `+${amountText(amount)}` : amountText(amount);
}

/** "3 h", "2.5 d": how long something was held. @param duration ms */
export function durationText(duration: number): string {
  const hours = duration / 3_600_000;
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} d`;
}

/** "2024-03-04" of a time in ms, UTC. */
export function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** "1 agent", "2 agents". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
