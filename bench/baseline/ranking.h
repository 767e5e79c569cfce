/* The desk's ranking at the latest close: ten rules, score, confidence, order. */
#ifndef RANKING_H
#define RANKING_H

/* Candles of the longest series. */
enum { LONGEST = 4096 };

typedef struct {
  int symbol;
  double score;
  double confidence;
  double quote_volume;
} row;

/* `columns` holds four columns (high, low, close, volume) of n doubles per symbol, 200 <= n <= LONGEST; rows come out best first. */
void rank_market(const double *columns, int symbols, int n, row *rows);

#endif
