/** The report's looks, in light and in dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fcfcfb; --ink: #1c1c1a; --soft: #5d5c57; --line: #dddcd6; --band: #f3f2ee;
  --series-0: #1f6fb8; --series-1: #b8531a; --series-2: #16805f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #171716; --ink: #ecebe6; --soft: #a9a79f; --line: #3a3936; --band: #21211f;
    --series-0: #6cb0f2; --series-1: #f0965c; --series-2: #52c7a3;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
p { max-width: 46rem; margin: .5rem 0; }
header p { color: var(--soft); overflow-wrap: anywhere; }
nav ol { margin: 1rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; }
a { color: var(--series-0); }
.scroll { overflow-x: auto; margin: 1.25rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { padding: .3rem .75rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
thead th { font-weight: 500; color: var(--soft); vertical-align: bottom; max-width: 12rem; }
th:first-child { text-align: left; padding-left: 0; font-weight: 500; }
tbody th { white-space: nowrap; }
tbody tr:hover { background: var(--band); }
.prose th:last-child, .prose td:last-child { text-align: left; white-space: normal; min-width: 24rem; }
figure { margin: 1.25rem 0; max-width: 45rem; }
figcaption { font-size: .875rem; font-weight: 600; margin-bottom: .25rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 12px; fill: var(--ink); }
svg .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .name { font-weight: 500; paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .grid { stroke: var(--line); }
svg .axis { stroke: var(--soft); }
svg .baseline { stroke: var(--soft); stroke-dasharray: 5 4; }
svg .line, svg .error { fill: none; stroke-width: 2; }
svg .error { stroke-width: 1.5; }
svg .mark { stroke: var(--page); stroke-width: 1.5; }
${[0, 1, 2].map((i) => `svg .line.series-${i}, svg .error.series-${i} { stroke: var(--series-${i}); }\nsvg .mark.series-${i} { fill: var(--series-${i}); }`).join('\n')}
@media print { body { max-width: none; } section { break-inside: avoid-page; } }
`;
