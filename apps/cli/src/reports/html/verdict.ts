import type { ReportData } from "@alphaforge/desk/replay/report/report-data";
import type { TwinReport } from "@alphaforge/desk/replay/twin-report";
import { amountText, count, signedAmount, signedPercent } from "./figure-text.ts";

/**
 * What an honest reader needs first, in sentences: the result after fees, what of it luck explains, what is not
 * modelled. Nothing in it depends on whether the result is pleasant.
 */
export function verdict({ report, agents, desk }: ReportData): readonly string[] {
  const sentences: string[] = [];
  if (report.simulated) {
    sentences.push(
      "The prices are simulated: a program made them and no market traded them. Nothing here says how the agents would do on a market.",
    );
  }
  if (desk === undefined) return [...sentences, "No agent traded."];
  const { initial, split } = desk;
  const ahead = agents.filter(({ book }) => (book.netPnl ?? 0) > 0).length;
  sentences.push(
    `${count(agents.length, "agent")} traded with ${amountText(initial)} USDT in all, and ended with ${amountText(initial + split.net)} after fees and funding: ${signedPercent(desk.return)}. ` +
      `Prices alone gave ${signedAmount(split.gross)} USDT; the fees took ${amountText(split.fees)}.`,
    `${ahead} of ${agents.length} ended above what ${agents.length === 1 ? "it" : "they"} began with. The deepest fall from a peak, all books together, was ${signedPercent(-desk.maxDrawdown)}.`,
  );
  sentences.push(...(report.twins === undefined ? [WITHOUT_COINS] : againstCoins(report.twins)));
  const halted = report.books.filter((book) => book.halted !== undefined).length;
  if (halted > 0)
    sentences.push(
      `A failure halted ${count(halted, "agent")}: what ${halted === 1 ? "it" : "they"} came to cannot be relied upon.`,
    );
  return [...sentences, "This is the past, and these rules were written by people who know it. It is no forecast."];
}

const WITHOUT_COINS =
  "No coins were run beside the agents: nothing in this report tells skill from luck. The option --twins 100 adds them.";

function againstCoins({ agents, coins, tried }: TwinReport): readonly string[] {
  const edges = agents.flatMap(({ edge }) => edge ?? []);
  const above = edges.filter(({ low }) => low > 0).length;
  const below = edges.filter(({ high }) => high < 0).length;
  const untold = agents.length - edges.length;
  const deflated = agents
    .flatMap(({ agent, deflatedSharpe }) => (deflatedSharpe === undefined ? [] : [{ agent, deflatedSharpe }]))
    .sort((a, b) => b.deflatedSharpe - a.deflatedSharpe);
  const best = deflated[0];
  return [
    `Against ${coins === 1 ? "one coin" : `${coins} coins`} each, which enter with them and choose long or short by chance: ${above} of ${edges.length} ${edges.length === 1 ? "edge" : "edges"} ${above === 1 ? "has" : "have"} a 95 % interval wholly above 0, ${below} wholly below` +
      `${edges.length === 0 ? "" : `; chance alone would be expected to put ${(edges.length * 0.025).toFixed(1)} on each side`}.` +
      `${untold === 0 ? "" : ` ${count(untold, "agent")} traded too little, or fell too far, to be told from a coin.`}`,
    best === undefined
      ? `${count(tried, "agent")} were tried. No Sharpe ratio could be deflated for that: the period is too short.`
      : `${tried === 1 ? "One agent was" : `${tried} agents were`} tried, and the best of many looks good by luck. Deflated for that, the most probable skill is ${best.deflatedSharpe.toFixed(3)} (${best.agent}); 0.95 is the customary bar.`,
  ];
}
