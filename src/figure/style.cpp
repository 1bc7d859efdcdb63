#include "exahca/figure/style.hpp"

namespace exahca {

std::string_view const colour_style = R"css(
:root{color-scheme:light dark;--paper:#ffffff;--ink:#1a1c1f;--muted:#555b63;--line:#c3c9d1;--panel:#f3f5f7;
--blue:#0072b2;--orange:#d55e00;--green:#008562;--purple:#8f4a86;--notice:#fdf1dd;--link:#005b94}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e9ebee;--muted:#aab1bb;--line:#434b56;--panel:#1e2329;
--blue:#56b4e9;--orange:#e8912d;--green:#2fbf98;--purple:#dd8fbd;--notice:#3a2c14;--link:#7cc4f0}}
@media print{:root{color-scheme:light;--paper:#ffffff;--ink:#1a1c1f;--muted:#555b63;--line:#c3c9d1;--panel:#f3f5f7;
--blue:#0072b2;--orange:#d55e00;--green:#008562;--purple:#8f4a86;--notice:#fdf1dd;--link:#005b94}}
)css";

std::string_view const drawing_style = R"css(
svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK JP",sans-serif;font-size:12px}
svg text{fill:var(--ink)}
svg text.small{font-size:11px}
svg text.muted{fill:var(--muted);font-size:11px}
svg text.strong{font-weight:600}
svg text.halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round;font-size:11px}
.paper{fill:var(--paper)}
.node{fill:var(--panel);stroke:var(--muted);stroke-width:1px}
.axis{stroke:var(--muted);fill:none}
.grid{stroke:var(--line);fill:none}
.limit{stroke:var(--ink);stroke-dasharray:5 3;fill:none}
.whisker-band{stroke:var(--paper);fill:none;stroke-linecap:square}
.whisker{stroke:var(--ink);fill:none}
.positive{stroke:var(--blue);fill:none}
.negative{stroke:var(--orange);fill:none}
.dashed{stroke-dasharray:5 4}
.positive-fill{fill:var(--blue)}
.negative-fill{fill:var(--orange)}
.other-fill{fill:var(--muted)}
.best-fill{fill:var(--green);stroke:var(--paper);stroke-width:1px}
.dots{stroke-linecap:round;fill:none;stroke:var(--blue)}
.faint{stroke-opacity:.72}
.middling{stroke-opacity:.86}
.marks{fill:none}
.round{stroke-linecap:round}
.square{stroke-linecap:square}
.series-1{stroke:var(--blue)}
.series-2{stroke:var(--orange)}
.series-3{stroke:var(--green)}
.series-4{stroke:var(--purple)}
.series-other{stroke:var(--muted)}
.marks path:hover{stroke:var(--ink);stroke-width:11px}
.cell{stroke:var(--line);fill:none}
)css";

std::string_view const page_style = R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK JP",sans-serif;
overflow-wrap:anywhere}
main{max-width:1180px;margin:0 auto;padding:20px 16px 60px}
h1{font-size:1.6rem;line-height:1.25;margin:.2em 0 .6em}
h2{font-size:1.25rem;line-height:1.3;margin:2.4em 0 .5em;padding-top:.7em;border-top:2px solid var(--line)}
h3{font-size:1.05rem;margin:2em 0 .3em}
p{max-width:75ch;margin:.5em 0}
a{color:var(--link)}
code{font:.9em ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--panel);padding:10px 12px;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;margin:.6em 0}
.answer{border-left:5px solid var(--blue);background:var(--panel);padding:12px 18px;border-radius:0 8px 8px 0;margin:1em 0;max-width:90ch}
.answer.open{border-left-color:var(--orange)}
.answer p{font-size:1.05rem}
.verdict{font-weight:650}
.notice{background:var(--notice);border-radius:8px;padding:8px 16px;margin:1em 0;max-width:80ch}
.notice ul{margin:.3em 0;padding-left:1.2em}
nav a span{text-decoration:underline}
nav ul{list-style:none;padding:0;margin:.6em 0;display:flex;flex-wrap:wrap;gap:4px 18px}
figure{margin:1em 0 1.6em}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,345px),1fr));gap:18px 22px;align-items:start}
.narrow{grid-template-columns:repeat(auto-fill,minmax(min(100%,262px),1fr))}
.multiples>*{min-width:0}
svg{display:block;max-width:100%;height:auto}
figcaption{font-size:.875rem;color:var(--muted);max-width:95ch;margin-top:.5em}
.scroll{overflow-x:auto;max-width:100%;margin:.6em 0}
.scroll svg{max-width:none}
table{border-collapse:collapse;font-size:.9rem}
.wide{min-width:900px}
td.long{min-width:9.5em}
span{display:inline-block;max-width:100%}
.caption{font-size:.875rem;color:var(--muted);margin:.8em 0 0;max-width:95ch}
th,td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-bottom:1px solid var(--line);overflow-wrap:normal}
th{font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th.number{white-space:normal}
dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:4px 18px;font-size:.9rem;margin:.6em 0}
dt{font-weight:600}
dd{margin:0;max-width:75ch}
@media (max-width:520px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6em}h1{font-size:1.35rem}}
@media print{main{max-width:none;padding:0}table,.answer,.notice,.multiples>*,figcaption{break-inside:avoid}figcaption{break-before:avoid}h2,h3,.caption{break-after:avoid}.scroll{overflow:visible}.scroll svg{max-width:100%}nav{display:none}body{font-size:11pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

} // namespace exahca
