/** The report's only style. Colours are those of the dashboard; on paper everything is ink on white. */
export const STYLESHEET = `
:root{color-scheme:light;--bg:#fdfcf9;--raised:#f4f2ec;--grid:#e4e1d8;--strong:#86827a;--text:#191b1e;--muted:#5c6066;--up:#00705b;--up1:#e6f3ee;--up2:#cfe8df;--up3:#b3dccd;--down:#b4204a;--down1:#fbecef;--down2:#f8dbe2;--down3:#f1c2cd;--accent:#8a5300;--soft:#f6e7c8;--main:#00496b;--band:#e6e9ec}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--bg:#101317;--raised:#191d22;--grid:#2a3037;--strong:#79828c;--text:#e9e7e1;--muted:#a2a8b0;--up:#3ccba6;--up1:#12261f;--up2:#14352b;--up3:#184a3b;--down:#ff7d92;--down1:#2b161b;--down2:#3d1a23;--down3:#54212d;--accent:#f2b04c;--soft:#35270f;--main:#7cc4f2;--band:#262c33}}
*{box-sizing:border-box}
html{background:var(--bg);color:var(--text);-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;font:0.875rem/1.45 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums}
a{color:inherit;text-decoration-color:var(--strong);text-underline-offset:.2em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
main:focus{outline:none}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem 1rem;z-index:9}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.page{max-width:78rem;margin:0 auto;padding:0 1rem 4rem}
main{min-width:0}
nav{margin-top:2rem;padding:.8rem 0;border:1px solid var(--grid);border-width:1px 0}
nav ol{list-style:none;margin:0;padding:0;columns:9.5rem;column-gap:1rem}
nav p{margin:.6rem 0 .1rem;color:var(--muted);font-size:.75rem}
nav li{break-inside:avoid}
nav a{display:block;padding:.2rem 0;text-decoration:none}
nav a:hover{text-decoration:underline}
@media screen and (min-width:64rem){
.page{display:grid;grid-template-columns:11.5rem minmax(0,1fr);grid-template-rows:auto 1fr;column-gap:3rem}
.page>nav{grid-area:1/1/3/2}
.page>.head,.page>main{grid-column:2}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;border:0;margin:0;padding:2.7rem 0 1rem;font-size:.8125rem}
nav ol{columns:auto}
}
h1,h2,h3{font-family:ui-serif,Georgia,"Times New Roman",serif;font-weight:600;line-height:1.2;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:clamp(1.9rem,5vw,2.75rem);margin:.2rem 0 .4rem;letter-spacing:-.01em}
.on{font-weight:400;color:var(--muted)}
h2{font-size:1.5rem;margin:0 0 .9rem;padding-top:1.4rem;border-top:2px solid var(--text)}
h3{font-size:1.1rem;margin:2rem 0 .6rem}
section{margin-top:3rem}
.head{padding-top:2.5rem}
.kicker{margin:0;color:var(--muted)}
.period{margin:0 0 1rem;color:var(--muted)}
.badge{display:inline-block;margin:0;padding:.3rem .7rem;border:1px solid var(--strong);border-radius:3px}
.badge.simulated,.warning{border:1px solid var(--accent);background:var(--soft);font-weight:600}
.warning{padding:.5rem .75rem}
.verdict{margin:0;padding:0 0 0 1.1rem;max-width:46rem;font-size:1rem;line-height:1.5}
.verdict li{margin:0 0 .55rem;padding-left:.2rem}
.lead{max-width:46rem}
p{max-width:46rem;margin:0 0 .9rem}
.note,.muted{color:var(--muted)}
.note{font-size:.8125rem}
code{font:.8125rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
dl{margin:0}
dd{margin:0}
.basis>div,.notes dl>div{display:grid;grid-template-columns:9rem minmax(0,46rem);gap:1rem;padding:.4rem 0;border-bottom:1px solid var(--grid)}
dt{color:var(--muted)}
.key{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.25rem,1fr));margin:0 0 1.5rem;border-top:1px solid var(--grid)}
.key>div{padding:.5rem .75rem .45rem 0;border-bottom:1px solid var(--grid)}
.key dt{font-size:.75rem}
.key dd{font-size:1.0625rem;font-weight:600}
@media screen and (max-width:40rem){.basis>div,.notes dl>div{grid-template-columns:1fr;gap:0}.key{grid-template-columns:repeat(2,1fr)}}
ul,ol{padding-left:1.1rem}
li{overflow-wrap:anywhere}
figure{margin:0 0 1.4rem;break-inside:avoid}
figcaption{margin:0 0 .35rem;font-size:.8125rem;color:var(--muted)}
figcaption b{color:var(--text)}
.plot{display:grid;grid-template-columns:minmax(0,1fr) auto}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:2rem}
svg{display:block}
svg text{fill:var(--muted);font-size:11px}
.lines svg{overflow:visible}
.grid{stroke:var(--grid)}
.base{stroke:var(--strong);stroke-dasharray:1 3}
.line{fill:none;stroke:var(--main);stroke-width:1.6;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.line.coins{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:5 3}
.band{fill:var(--band)}
.area{fill:var(--main);fill-opacity:.4;stroke:var(--main);stroke-width:.8;vector-effect:non-scaling-stroke}
.area.loss,.area.short{fill:var(--down);stroke:var(--down)}
.bars .plain,.bars .gain,.net{fill:var(--main)}
.bars .loss,.gross{fill:var(--main);fill-opacity:.22;stroke:var(--main)}
.interval,.estimate{stroke:var(--main);stroke-width:1.5}
.estimate{fill:var(--main)}
.mark{min-width:7rem}
.multiples{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(11rem,45%),1fr));gap:1.1rem 1.5rem}
.multiples li{break-inside:avoid;font-size:.8125rem;min-width:0}
.figure{font-weight:600;white-space:nowrap}
.multiples .muted{white-space:nowrap}
.multiples svg{margin-top:.25rem;border-bottom:1px solid var(--grid)}
.scroll{position:relative;overflow-x:auto;margin:0 0 1.25rem}
table{border-collapse:collapse}
caption{text-align:left;caption-side:top;color:var(--muted);font-size:.8125rem;padding:0 0 .5rem;position:sticky;left:0;max-width:min(46rem,calc(100vw - 2rem))}
.figures{width:100%;font-size:.8125rem}
.figures th,.figures td{padding:.3rem .5rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid);font-weight:400}
.figures thead th{color:var(--muted);vertical-align:bottom;border-bottom-color:var(--strong)}
.figures th:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--bg)}
.figures tbody th{font-weight:600}
.books thead th,.against thead th{white-space:normal}
.trades tbody th{font-weight:400}
.trades :is(th,td):nth-child(-n+3),.trades :is(th,td):last-child{text-align:left}
.against :is(th,td):nth-last-child(3),.costs :is(th,td):last-child{width:28%;min-width:8rem}
.costs tbody tr:last-child>*{border-top:1px solid var(--strong);font-weight:600}
.refusals :is(th,td){white-space:normal}
.refusals :is(th,td):last-child{text-align:left;color:var(--muted)}
.months td,.months th{padding-left:.35rem;padding-right:.35rem}
.months .total{font-weight:600;border-left:1px solid var(--strong)}
.up1{background:var(--up1)}.up2{background:var(--up2)}.up3{background:var(--up3)}
.down1{background:var(--down1)}.down2{background:var(--down2)}.down3{background:var(--down3)}
summary{cursor:pointer;padding:.3rem 0}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:1rem 1.5rem}
.candles{width:100%;height:auto;max-width:30rem}
.span{fill:var(--band);fill-opacity:.7}
.wick{stroke:var(--strong);fill:none}
.risen{fill:var(--bg);stroke:var(--up)}
.fallen{fill:var(--down);stroke:var(--down)}
.stop,.target{fill:none;stroke:var(--text);stroke-width:1.3;stroke-dasharray:5 3}
.target{stroke-dasharray:1.5 2.5}
.entry{fill:var(--accent);stroke:var(--bg)}
.exit{fill:var(--bg);stroke:var(--accent);stroke-width:1.6}
.cross{stroke:var(--accent);stroke-width:1.6;fill:none}
.agent{margin-top:4.5rem}
@media screen{.paper{display:none}}
@page{size:A4;margin:14mm 13mm}
@media print{
:root{--bg:#fff;--raised:#fff;--grid:#d5d5d5;--muted:#444;--band:#ededed;--soft:#fff;--up1:#fff;--up2:#fff;--up3:#fff;--down1:#fff;--down2:#fff;--down3:#fff}
html{font-size:8.6pt}
.page{max-width:none;padding:0}
.skip{display:none}
nav{margin-top:.8rem;padding:.4rem 0}
nav ol{columns:4}
nav a{padding:0}
.head{padding-top:0}
section{margin-top:1.6rem}
.agent{break-before:page;margin-top:0}
.notes{break-before:page;margin-top:0}
h2,h3,figcaption,caption,summary,.note,.lead{break-after:avoid}
h2{padding-top:.7rem;margin-bottom:.5rem}
h3{margin:1rem 0 .35rem}
figure,tr,.key,.basis>div,.multiples,.curves,.figures:not(.trades){break-inside:avoid}
figure{margin-bottom:.8rem}
p{break-inside:avoid}
section:is([aria-labelledby=coins],[aria-labelledby=curves]):has(table,figure){break-before:page;margin-top:0}
thead{display:table-header-group}
.scroll{overflow:visible}
.figures{font-size:.8em}
.figures th,.figures td{padding:.16rem .28rem}
.figures th:first-child{position:static}
.books thead th,.months{font-size:.95em}
.key{grid-template-columns:repeat(8,1fr);margin-bottom:.8rem}
.key dd{font-size:1em}
.charts{grid-template-columns:repeat(3,1fr);gap:.4rem 1rem}
.pair{grid-template-columns:1fr 1fr;gap:1.2rem}
.multiples{grid-template-columns:repeat(4,1fr);gap:.6rem 1rem}
.verdict{max-width:none;font-size:1.05em}
p,.lead,caption{max-width:none}
.mark{min-width:4rem}
a{text-decoration:none}
svg text{font-size:9px}
.candles text{font-size:13px}
details:not(.all-trades)::details-content{content-visibility:visible;block-size:auto}
}
`;
