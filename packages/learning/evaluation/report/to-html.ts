import type { Block, ReportDocument, Section, Table } from './blocks.ts';
import { STYLE } from './style.ts';
import { escapeMarkup } from './svg.ts';

/** A report as one HTML page that needs nothing else: no script, font or picture from elsewhere. */
export function toHtml({ title, lead, sections }: ReportDocument): string {
  const contents = sections.map(
    (section, i) => `<li><a href="#section-${i + 1}">${escapeMarkup(section.title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(lead)}</p>
<nav aria-label="Sections"><ol>${contents.join('')}</ol></nav>
</header>
<main>
${sections.map(sectionToHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionToHtml({ title, blocks }: Section, i: number): string {
  const heading = `<h2 id="section-${i + 1}">${escapeMarkup(title)}</h2>`;
  return `<section aria-labelledby="section-${i + 1}">\n${heading}\n${blocks.map(blockToHtml).join('\n')}\n</section>`;
}

function blockToHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escapeMarkup(block.text)}</p>`;
    case 'plot':
      return `<figure><figcaption>${escapeMarkup(block.title)}</figcaption>${block.svg}</figure>`;
    case 'table':
      return tableToHtml(block);
  }
}

function tableToHtml({ caption, columns, rows, isProse }: Table): string {
  const head = columns.map((column) => `<th scope="col">${escapeMarkup(unbroken(column))}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${escapeMarkup(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeMarkup(name)}</th>${values}</tr>`;
  });
  const className = isProse ? ' class="prose"' : '';
  // A wide table scrolls by itself; `tabindex` lets the keyboard scroll it.
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeMarkup(caption)}"><table${className}>
<caption>${escapeMarkup(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

/** With hyphens that no line ends at. */
const unbroken = (text: string) => text.replaceAll('-', '\u2011');
