/*
 * Nine indicators over whole series, by TA-Lib's conventions. Inputs and outputs hold n doubles and do not overlap;
 * outputs are NAN before their first value, as long as that is needed to tell.
 */
#ifndef INDICATORS_H
#define INDICATORS_H

void sma(const double *x, int n, int period, double *out);
void ema(const double *x, int n, int period, double *out);
void macd(const double *x, int n, int fast, int slow, int smoothing, double *line, double *signal, double *histogram);
void bollinger(const double *x, int n, int period, double deviations, double *upper, double *middle, double *lower);
void stochastic(const double *high, const double *low, const double *close, int n, int period, int slowing,
                int smoothing, double *k, double *d);
void atr(const double *high, const double *low, const double *close, int n, int period, double *out);
void obv(const double *close, const double *volume, int n, double *out);

/* Nobody reads these two before index `from`: the divisions that only an output needs are spared there. */
void rsi(const double *x, int n, int period, int from, double *out);
void adx(const double *high, const double *low, const double *close, int n, int period, int from, double *out,
         double *plus_di, double *minus_di);

#endif
