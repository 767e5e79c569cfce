/*
 * What one would write in C for speed with an ordinary compiler: one pass, no allocation, `a > b ? a : b` where a branch
 * would be mispredicted (compilers make it one instruction), a multiplication by 1 / period instead of a division.
 * No intrinsics, no -ffast-math: values must agree with ours to 1e-9.
 */
#include "indicators.h"

#include <math.h>

static const double ZERO = 1e-14; /* TA-Lib's */

static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

static void blank(double *out, int end, int n) {
  for (int i = 0; i < end && i < n; i++) out[i] = NAN;
}

void sma(const double *x, int n, int period, double *out) {
  double sum = 0, share = 1.0 / period;
  blank(out, period - 1, n);
  for (int i = 0; i < period - 1 && i < n; i++) sum += x[i];
  for (int i = period - 1; i < n; i++) {
    sum += x[i];
    out[i] = sum * share;
    sum -= x[i - period + 1];
  }
}

void ema(const double *x, int n, int period, double *out) {
  double factor = 2.0 / (period + 1), value = 0;
  blank(out, period - 1, n);
  if (n < period) return;
  for (int i = 0; i < period; i++) value += x[i];
  value /= period;
  out[period - 1] = value;
  for (int i = period; i < n; i++) {
    value += (x[i] - value) * factor;
    out[i] = value;
  }
}

void macd(const double *x, int n, int fast, int slow, int smoothing, double *line, double *signal, double *histogram) {
  double fast_factor = 2.0 / (fast + 1), slow_factor = 2.0 / (slow + 1), factor = 2.0 / (smoothing + 1);
  double fast_ema = 0, slow_ema = 0, smooth = 0;
  int first = slow + smoothing - 2;
  blank(line, first, n);
  blank(signal, first, n);
  blank(histogram, first, n);
  if (n <= first) return;
  for (int i = 0; i < slow; i++) {
    slow_ema += x[i];
    if (i >= slow - fast) fast_ema += x[i];
  }
  fast_ema /= fast;
  slow_ema /= slow;
  for (int i = slow - 1; i <= first; i++) {
    if (i >= slow) {
      fast_ema += (x[i] - fast_ema) * fast_factor;
      slow_ema += (x[i] - slow_ema) * slow_factor;
    }
    smooth += fast_ema - slow_ema;
  }
  smooth /= smoothing;
  line[first] = fast_ema - slow_ema;
  signal[first] = smooth;
  histogram[first] = line[first] - smooth;
  for (int i = first + 1; i < n; i++) {
    fast_ema += (x[i] - fast_ema) * fast_factor;
    slow_ema += (x[i] - slow_ema) * slow_factor;
    double difference = fast_ema - slow_ema;
    smooth += (difference - smooth) * factor;
    line[i] = difference;
    signal[i] = smooth;
    histogram[i] = difference - smooth;
  }
}

void bollinger(const double *x, int n, int period, double deviations, double *upper, double *middle, double *lower) {
  double sum = 0, squares = 0, share = 1.0 / period;
  blank(upper, period - 1, n);
  blank(middle, period - 1, n);
  blank(lower, period - 1, n);
  /* Squares of distances from the first value, not of prices: those would lose half of the digits. */
  double base = n > 0 ? x[0] : 0;
  for (int i = 0; i < n; i++) {
    double distance = x[i] - base;
    sum += distance;
    squares += distance * distance;
    if (i < period - 1) continue;
    double mean = sum * share;
    double width = deviations * sqrt(larger(squares * share - mean * mean, 0));
    middle[i] = base + mean;
    upper[i] = base + mean + width;
    lower[i] = base + mean - width;
    double oldest = x[i - period + 1] - base;
    sum -= oldest;
    squares -= oldest * oldest;
  }
}

void rsi(const double *x, int n, int period, int from, double *out) {
  double fresh = 1.0 / period, kept = 1 - fresh, gain = 0, loss = 0;
  blank(out, period, n);
  for (int i = 1; i < n; i++) {
    double change = x[i] - x[i - 1];
    double up = larger(change, 0), down = larger(-change, 0);
    if (i <= period) {
      gain += up * fresh;
      loss += down * fresh;
      if (i < period) continue;
    } else {
      gain = gain * kept + up * fresh;
      loss = loss * kept + down * fresh;
    }
    if (i >= from) out[i] = gain + loss < ZERO ? 0 : 100 * gain / (gain + loss);
  }
}

static inline double true_range(double high, double low, double previous) {
  return larger(high, previous) - smaller(low, previous);
}

void atr(const double *high, const double *low, const double *close, int n, int period, double *out) {
  double fresh = 1.0 / period, kept = 1 - fresh, value = 0;
  blank(out, period, n);
  if (n <= period) return;
  for (int i = 1; i <= period; i++) value += true_range(high[i], low[i], close[i - 1]);
  value /= period;
  out[period] = value;
  for (int i = period + 1; i < n; i++) {
    value = value * kept + true_range(high[i], low[i], close[i - 1]) * fresh;
    out[i] = value;
  }
}

void adx(const double *high, const double *low, const double *close, int n, int period, int from, double *out,
         double *plus_di, double *minus_di) {
  double fresh = 1.0 / period, kept = 1 - fresh, plus = 0, minus = 0, range = 0, value = 0;
  blank(out, 2 * period - 1, n);
  blank(plus_di, period, n);
  blank(minus_di, period, n);
  for (int i = 1; i < n; i++) {
    double up = high[i] - high[i - 1], down = low[i - 1] - low[i];
    double up_move = up > down ? larger(up, 0) : 0;
    double down_move = down > up ? larger(down, 0) : 0;
    double tall = true_range(high[i], low[i], close[i - 1]);
    double factor = i < period ? 1 : kept;
    plus = plus * factor + up_move;
    minus = minus * factor + down_move;
    range = range * factor + tall;
    if (i < period) continue;
    if (i >= from) {
      double scale = range < ZERO ? 0 : 100 / range;
      plus_di[i] = plus * scale;
      minus_di[i] = minus * scale;
    }
    double both = plus + minus;
    int moved = range >= ZERO && 100 * both >= ZERO * range;
    double dx = moved ? 100 * fabs(plus - minus) / both : 0;
    if (i < 2 * period) {
      value += dx;
      if (i < 2 * period - 1) continue;
      value /= period;
    } else if (moved) {
      value = value * kept + dx * fresh;
    }
    out[i] = value;
  }
}

static inline double place(double close, double bottom, double top) {
  return top == bottom ? 0 : 100 * (close - bottom) / (top - bottom);
}

/*
 * Extremes by blocks of one period: a window is the tail of one block and the head of the next. Twice as fast here as
 * remembering where the extremes stand, and as looking through each window. The tails wait in k and d.
 */
static void raw_stochastic(const double *high, const double *low, const double *close, int n, int period, double *k,
                           double *d) {
  for (int block = 0; block < n; block += period) {
    int last = block + period - 1;
    double top = high[block], bottom = low[block];
    for (int i = block; block > 0 && i < n && i < last; i++) {
      top = larger(high[i], top);
      bottom = smaller(low[i], bottom);
      d[i] = place(close[i], smaller(d[i], bottom), larger(k[i], top));
    }
    if (last >= n) return;
    top = high[last];
    bottom = low[last];
    for (int i = last; i > block; i--) {
      top = larger(high[i], top);
      bottom = smaller(low[i], bottom);
      if (i + period - 1 >= n) continue;
      k[i + period - 1] = top;
      d[i + period - 1] = bottom;
    }
    d[last] = place(close[last], smaller(low[block], bottom), larger(high[block], top));
  }
}

void stochastic(const double *high, const double *low, const double *close, int n, int period, int slowing,
                int smoothing, double *k, double *d) {
  int begin = period - 1, first = begin + slowing - 1;
  raw_stochastic(high, low, close, n, period, k, d);
  if (begin < n) sma(d + begin, n - begin, slowing, k + begin);
  blank(d, first, n);
  if (first < n) sma(k + first, n - first, smoothing, d + first);
  blank(k, first + smoothing - 1, n);
}

void obv(const double *close, const double *volume, int n, double *out) {
  if (n == 0) return;
  double balance = volume[0];
  out[0] = balance;
  for (int i = 1; i < n; i++) {
    balance += ((close[i] > close[i - 1]) - (close[i] < close[i - 1])) * volume[i];
    out[i] = balance;
  }
}
