/*
 * baseline FILE: reads series, then does what is asked, line by line, until its input ends.
 *
 *   time NAME PASSES   that many passes over all series            -> nanoseconds
 *   show NAME FILE     one pass, all outputs written to the file   -> ok
 *
 * NAME is an indicator, or "rank N": the series in markets of N, each ranked. FILE begins with the number of series and
 * their length, and goes on with high, low, close and volume of each, all as doubles in the machine's order.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indicators.h"
#include "ranking.h"

static double *columns, *out[3];
static row *rows;
static int count, length;
static volatile double sink;

static const struct {
  const char *name;
  int outputs;
} INDICATORS[] = {{"sma", 1},       {"ema", 1}, {"rsi", 1}, {"macd", 3},       {"bollinger", 3},
                  {"atr", 1},       {"adx", 3}, {"obv", 1}, {"stochastic", 2}};

static void fail(const char *what) {
  fprintf(stderr, "baseline: %s\n", what);
  exit(1);
}

static void run(int which, const double *high) {
  const double *low = high + length, *close = low + length, *volume = close + length;
  int n = length;
  switch (which) {
    case 0: sma(close, n, 20, out[0]); break;
    case 1: ema(close, n, 20, out[0]); break;
    case 2: rsi(close, n, 14, 0, out[0]); break;
    case 3: macd(close, n, 12, 26, 9, out[0], out[1], out[2]); break;
    case 4: bollinger(close, n, 20, 2, out[0], out[1], out[2]); break;
    case 5: atr(high, low, close, n, 14, out[0]); break;
    case 6: adx(high, low, close, n, 14, 0, out[0], out[1], out[2]); break;
    case 7: obv(close, volume, n, out[0]); break;
    case 8: stochastic(high, low, close, n, 14, 3, 3, out[0], out[1]); break;
  }
}

/* One pass over all series. `file` takes the outputs; NULL when only the time counts. */
static void pass(int which, FILE *file) {
  for (int i = 0; i < count; i++) {
    run(which, columns + (size_t)i * 4 * length);
    for (int o = 0; o < INDICATORS[which].outputs; o++) {
      if (file) fwrite(out[o], sizeof(double), length, file);
      else sink = out[o][length - 1];
    }
  }
}

static void rank_all(int symbols, FILE *file) {
  for (int first = 0; first + symbols <= count; first += symbols) {
    rank_market(columns + (size_t)first * 4 * length, symbols, length, rows);
    sink = rows[0].score;
    for (int i = 0; file && i < symbols; i++) {
      double values[] = {rows[i].symbol, rows[i].score, rows[i].confidence};
      fwrite(values, sizeof values, 1, file);
    }
  }
}

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void work(const char *name, int symbols, FILE *file) {
  if (symbols > 0) {
    rank_all(symbols, file);
    return;
  }
  for (size_t i = 0; i < sizeof INDICATORS / sizeof INDICATORS[0]; i++) {
    if (strcmp(INDICATORS[i].name, name) == 0) {
      pass((int)i, file);
      return;
    }
  }
  fail("no such indicator");
}

static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  double head[2];
  if (!file || fread(head, sizeof head, 1, file) != 1) fail("cannot read the series");
  count = (int)head[0];
  length = (int)head[1];
  if (length > LONGEST) fail("the series are too long");
  size_t all = (size_t)count * 4 * length;
  columns = malloc(all * sizeof *columns);
  rows = malloc(count * sizeof *rows);
  for (int o = 0; o < 3; o++) out[o] = malloc(length * sizeof(double));
  if (!columns || !rows || !out[0] || !out[1] || !out[2]) fail("no memory");
  if (fread(columns, sizeof *columns, all, file) != all) fail("the series end early");
  fclose(file);
}

int main(int argc, char **argv) {
  if (argc != 2) fail("give the file of series");
  load(argv[1]);
  char line[2048], verb[16], name[32], last[1024];
  while (fgets(line, sizeof line, stdin)) {
    int symbols = 0;
    if (sscanf(line, "%15s rank %d %1023s", verb, &symbols, last) == 3) strcpy(name, "rank");
    else if (sscanf(line, "%15s %31s %1023s", verb, name, last) != 3) fail("what was asked is not understood");
    if (strcmp(verb, "time") == 0) {
      double begin = now();
      for (int i = 0, passes = atoi(last); i < passes; i++) work(name, symbols, NULL);
      printf("%.0f\n", now() - begin);
    } else {
      FILE *file = fopen(last, "wb");
      if (!file) fail("cannot write the outputs");
      work(name, symbols, file);
      if (fclose(file) != 0) fail("cannot write the outputs");
      printf("ok\n");
    }
    fflush(stdout);
  }
  return 0;
}
