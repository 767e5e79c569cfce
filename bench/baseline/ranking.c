/* See docs/scoring.md for the rules. Recursive indicators run from the first candle, windows over their last bars only. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>

#include "indicators.h"

/* The value `bars` bars before the last of n. */
#define AGO(column, n, bars) ((column)[(n) - 1 - (bars)])

static int sign(double x) { return (x > 0) - (x < 0); }
static int either(int bullish, int bearish) { return bullish ? 1 : bearish ? -1 : 0; }
static int beyond(double x, double limit) { return (x > limit) - (x < -limit); }

static void score_symbol(const double *high, const double *low, const double *close, const double *volume, int n,
                         row *out) {
  static double a[LONGEST], b[LONGEST], c[LONGEST];
  double price = AGO(close, n, 0), before = AGO(close, n, 1);

  ema(close, n, 20, a);
  double ema20 = AGO(a, n, 0);
  ema(close, n, 50, a);
  double ema50 = AGO(a, n, 0);
  ema(close, n, 200, a);
  double ema200 = AGO(a, n, 0);
  rsi(close, n, 14, n - 1, a);
  double strength = AGO(a, n, 0);
  macd(close, n, 12, 26, 9, a, b, c);
  double histogram = AGO(c, n, 0), earlier = AGO(c, n, 1);
  bollinger(close + n - 20, 20, 20, 2, a, b, c);
  double percent_b = (price - AGO(c, 20, 0)) / (AGO(a, 20, 0) - AGO(c, 20, 0));
  atr(high, low, close, n, 14, a);
  double range = AGO(a, n, 0);
  adx(high, low, close, n, 14, n - 1, a, b, c);
  double trend = AGO(a, n, 0), direction = AGO(b, n, 0) - AGO(c, n, 0);
  int window = 14 + 3 + 3 - 2;
  stochastic(high + n - window, low + n - window, close + n - window, window, 14, 3, 3, a, b);
  double k = AGO(a, window, 0), lead = k - AGO(b, window, 0);
  obv(close + n - 21, volume + n - 21, 21, a);
  double flow = AGO(a, 21, 0) - AGO(a, 21, 20);
  sma(volume + n - 21, 21, 20, a);
  double average = AGO(a, 21, 0), average_before = AGO(a, 21, 1);
  double quote_volume = 0;
  for (int i = n - 20; i < n; i++) quote_volume += close[i] * volume[i];

  int crosses_up = lead > 0 && (k < 20 || (k > 50 && k <= 80));
  int crosses_down = lead < 0 && (k > 80 || (k < 50 && k >= 20));
  int reversal = strength > 70   ? (price < before ? -1 : 0)
                 : strength < 30 ? (price > before ? 1 : 0)
                                 : sign(strength - 50);
  const struct {
    int value;
    double weight;
  } voices[] = {
      {trend > 25 ? sign(direction) : 0, 0.15},
      {either(percent_b > 0.6, percent_b < 0.4), 0.1},
      {either(price > ema50 && ema20 > ema50, price < ema50 && ema20 < ema50), 0.15},
      {either(price > ema200 && ema50 > ema200, price < ema200 && ema50 < ema200), 0.1},
      {either(histogram > 0 && histogram > earlier, histogram < 0 && histogram < earlier), 0.15},
      {beyond((price - AGO(close, n, 10)) / (range * sqrt(10)), 0.5), 0.05},
      {beyond(flow / (20 * average), 0.1), 0.1},
      {reversal, 0.1},
      {either(crosses_up, crosses_down), 0.05},
      {AGO(volume, n, 0) / average_before > 1.5 ? sign(price - before) : 0, 0.05},
  };
  double tally[3] = {0, 0, 0};
  for (size_t i = 0; i < sizeof voices / sizeof voices[0]; i++) tally[voices[i].value + 1] += voices[i].weight;
  /* In the order in which the desk adds, for ties are broken after the last bit of a score. */
  double all = tally[2] + tally[1] + tally[0];
  double agreement = fmax(fmax(tally[0], tally[1]), tally[2]) / all;
  out->score = ((tally[2] - tally[0]) / all + 1) / 2;
  out->confidence = 0.5 * agreement + 0.2 + 0.1 * fmin(1, n / 1000.0);
  out->quote_volume = quote_volume / 20;
}

static int by_volume(const void *a, const void *b) {
  return sign(((const row *)a)->quote_volume - ((const row *)b)->quote_volume);
}

static int by_rank(const void *left, const void *right) {
  const row *a = left, *b = right;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  if (a->confidence != b->confidence) return a->confidence > b->confidence ? -1 : 1;
  return a->symbol - b->symbol;
}

void rank_market(const double *columns, int symbols, int n, row *rows) {
  for (int i = 0; i < symbols; i++) {
    const double *high = columns + (size_t)i * 4 * n;
    score_symbol(high, high + n, high + 2 * n, high + 3 * n, n, &rows[i]);
    rows[i].symbol = i;
  }
  qsort(rows, symbols, sizeof *rows, by_volume);
  for (int place = 0; place < symbols; place++) {
    double percentile = symbols == 1 ? 0.5 : (double)place / (symbols - 1);
    rows[place].confidence = floor(100 * (rows[place].confidence + 0.2 * percentile) + 1e-9 + 0.5);
  }
  qsort(rows, symbols, sizeof *rows, by_rank);
}
