/** How the page looks: one text, the same for every page, so that its hash can stand in the page's policy. */
import { ALL, DARK, LIGHT, type Palette } from "./Look.js"

const colours = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";")

const KINDS = ALL.map((kind) => `.bar.${kind}{fill:var(--${kind})}.edge.${kind}{stroke:var(--${kind})}`).join("\n")

export const STYLE = `
:root{color-scheme:light dark;${colours(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${colours(DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1rem clamp(.75rem,3vw,2rem) 3rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 .25rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:0 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:60rem}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
nav ul,.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.25rem 0 .75rem;padding:0}
.legend{font-size:.85rem}
.legend svg{vertical-align:-3px}
.note{color:var(--muted);font-size:.85rem}
.warning{background:var(--warning);border-left:4px solid var(--limited);padding:.5rem .75rem;margin:.5rem 0}
code,pre{font-family:ui-monospace,SFMono-Regular,Consolas,"Liberation Mono",Menlo,monospace;font-size:.85em}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.25rem 0 1rem}
caption{text-align:left;color:var(--muted);font-size:.85rem;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--rule);overflow-wrap:normal}
thead th{font-weight:600;border-bottom:2px solid var(--rule)}
tbody th{font-weight:400;min-width:9rem;overflow-wrap:anywhere}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;min-width:0}
.file{min-width:7rem;overflow-wrap:anywhere}.file a{text-underline-offset:.25em}
.result{min-width:11rem;overflow-wrap:anywhere}
.is{font-weight:600;white-space:nowrap}
.is.ok{color:var(--ok)}.is.failed{color:var(--failed)}.is.skipped{color:var(--stopped)}.is.open{color:var(--accent);font-weight:400;white-space:normal}
.wide{min-width:9rem}
td .whisker{margin-top:.2rem}
th .note{font-weight:400}
svg{overflow:hidden}
.track,.equity,.whisker{display:block;width:100%}
.chart,.lanes{margin:0;padding:0;list-style:none}
.lane{display:grid;grid-template-columns:16rem minmax(0,1fr);column-gap:1rem;align-items:center}
.who{font-size:.9rem;line-height:1.25;padding:.2rem 0}
.flight{margin-top:.75rem}
.grid{stroke:var(--rule);stroke-width:1}
.base,.zero{stroke:var(--muted);stroke-width:1}
.tick{stroke:var(--ground);stroke-width:5px;paint-order:stroke;fill:var(--muted);font-size:11px;font-variant-numeric:tabular-nums}
.due{fill:var(--failed)}
.deadline{stroke:var(--failed);stroke-width:2;stroke-dasharray:4 3}
${KINDS}
.edge{stroke-width:2}
.stroke{stroke:var(--ground);stroke-width:2;fill:none}
.dot{fill:var(--ground)}
.hatch{stroke:var(--muted);stroke-width:1}
.wait{fill:url(#p-wait);stroke:var(--muted);stroke-width:1;stroke-dasharray:3 2}
.first{fill:var(--ground);stroke:var(--ink);stroke-width:1.5}
.label{fill:var(--ink);font-size:11px;stroke:var(--ground);stroke-width:4px;paint-order:stroke;stroke-linejoin:round}
.flying{shape-rendering:crispEdges;fill:var(--accent)}
.limit{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
.smalls{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:1rem}
.small{margin:0}
.small figcaption{font-size:.9rem;line-height:1.3;margin-top:.25rem}
.own,.hold{fill:none;vector-effect:non-scaling-stroke}
.own{stroke:var(--accent);stroke-width:2}
.hold{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:5 3}
.range{stroke:var(--ink);stroke-width:2}
.value{fill:var(--accent);stroke:var(--ground);stroke-width:1}
.half{fill:var(--muted)}
.part{fill:var(--rule)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(12.5rem,100%),1fr));gap:.75rem;margin:0}
.facts div{background:var(--panel);padding:.5rem .75rem;border-radius:6px}
dt{font-size:.85rem;color:var(--muted)}
dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
dd .note{display:block}
article{margin:0 0 1rem;padding:.75rem;border:1px solid var(--rule);border-radius:6px}
article p{margin:.1rem 0 .4rem}
.checks{margin:.25rem 0;padding-left:1.2rem;font-size:.9rem}
summary{cursor:pointer;padding:.2rem 0}
.code,.diff{background:var(--panel);border:1px solid var(--rule);border-radius:6px;margin:.25rem 0 .5rem;padding:.5rem 0;overflow-x:auto;line-height:1.45;overflow-wrap:normal}
.code code{counter-reset:line}
.code .l::before{counter-increment:line;content:counter(line);display:inline-block;width:3.2em;margin-right:1em;text-align:right;color:var(--muted);user-select:none}
.diff .l,.diff .gap{display:inline-block;min-width:100%;padding:0 .75rem;text-decoration:none}
ins{background:var(--added)}del{background:var(--removed)}
.k{color:var(--keyword)}.s{color:var(--text)}.n{color:var(--number)}.c{color:var(--muted);font-style:italic}
.going{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;font-variant-numeric:tabular-nums}
progress{accent-color:var(--accent);width:min(20rem,100%);height:.9rem}
.writer{display:flex;flex-direction:column;justify-content:space-between}
.tail{background:var(--panel);border:1px solid var(--rule);border-radius:6px;margin:.25rem 0 0;padding:.4rem .6rem;height:15em;line-height:1.45;display:flex;flex-direction:column-reverse;overflow:hidden;white-space:pre-wrap}
footer{margin-top:2rem;color:var(--muted);font-size:.85rem}
@media (max-width:50rem){.lane{grid-template-columns:minmax(0,1fr);margin-bottom:.3rem}h1{font-size:1.35rem}}
@media screen and (min-width:75rem){.file{min-width:14rem}}
@media (max-width:40rem){.roomy{display:none}}
@media screen and (max-width:75rem){table{font-size:.85rem}th,td{padding:.3rem .35rem}tbody th{min-width:7rem}.file{min-width:5rem}.result{min-width:8rem}td.num{white-space:normal}td.num .note{white-space:nowrap}}
@media screen and (max-width:64rem){.wide{display:none}}
@media screen and (max-width:48rem){table,caption,tbody,tr,tbody th,td{display:block;width:auto}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}tr{padding:.4rem 0;border-bottom:1px solid var(--rule)}tbody th,td,tbody th.num{border:0;padding:.05rem 0;text-align:left;white-space:normal}tbody th{font-weight:600}tbody th[data-title]::before{content:attr(data-title) " "}td[data-title]::before{content:attr(data-title) ": ";color:var(--muted)}td[data-empty]{display:none}td.wide{display:block}td.num{display:inline-block;margin-right:1rem;text-align:left}}
@media (forced-colors:active){svg{forced-color-adjust:none}}
@media print{
@page{margin:12mm}
:root{${colours(LIGHT)}}
body{max-width:none;padding:0;font-size:8.5pt;line-height:1.35;print-color-adjust:exact;-webkit-print-color-adjust:exact}
nav,details{display:none}
a{color:inherit;text-decoration:none}
h1{font-size:15pt}h2{font-size:11pt;margin:.8rem 0 .3rem;break-after:avoid}h3{break-after:avoid}
table{font-size:7.5pt}th,td{padding:.1rem .3rem}tr,article,.lane,.small,.facts div{break-inside:avoid}
tbody th,.result,.file,.wide{min-width:0}
.lane{grid-template-columns:11rem minmax(0,1fr);margin:0}
.smalls{grid-template-columns:repeat(3,1fr);gap:.5rem}
.facts{grid-template-columns:repeat(3,1fr)}
dd{font-size:11pt}
article{padding:.4rem;margin-bottom:.5rem}
}
`
