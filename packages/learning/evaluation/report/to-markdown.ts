import type { Block, ReportDocument, Table } from './blocks.ts';

/** A report as Markdown. A plot is told in words: the table beside it has its values. */
export function toMarkdown({ title, lead, sections }: ReportDocument): string {
  const parts = sections.flatMap((section) => [
    `## ${escapeMarkdown(section.title)}`,
    ...section.blocks.map(blockToMarkdown),
  ]);
  return `${[`# ${escapeMarkdown(title)}`, escapeMarkdown(lead), ...parts].join('\n\n')}\n`;
}

function blockToMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return escapeMarkdown(block.text);
    case 'plot':
      return `*Figure: ${escapeMarkdown(block.title)}. ${escapeMarkdown(block.alt)}*`;
    case 'table':
      return tableToMarkdown(block);
  }
}

function tableToMarkdown({ caption, columns, rows, isProse }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => escapeMarkdown(cell)).join(' | ')} |`;
  const isText = (column: number) => column === 0 || (isProse && column === columns.length - 1);
  const rule = `|${columns.map((_, i) => (isText(i) ? ' --- |' : ' ---: |')).join('')}`;
  return [`**${escapeMarkdown(caption)}**\n`, line(columns), rule, ...rows.map(line)].join('\n');
}

/** Names come from users' data: nothing in them is markup. */
const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
