/** Text as it may stand in HTML and SVG. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

type Attributes = Record<string, string | number>;

/** An element; numbers are written to a tenth of a pixel. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === 'number' ? String(Math.round(10 * value) / 10) : value;
    return ` ${key}="${escapeMarkup(text)}"`;
  });
  return children.length === 0
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${children.join('')}</${name}>`;
}

export const label = (text: string, attributes: Attributes): string => element('text', attributes, escapeMarkup(text));

/** A mark of a series: its shape tells it from the others without colour. */
export function mark(series: number, x: number, y: number): string {
  const className = `mark series-${series}`;
  switch (series % 3) {
    case 0:
      return element('circle', { class: className, cx: x, cy: y, r: 4.5 });
    case 1:
      return element('rect', { class: className, x: x - 4, y: y - 4, width: 8, height: 8 });
    default:
      return element('path', { class: className, d: `M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z` });
  }
}

/** Height that a legend takes at the top. */
const LEGEND_HEIGHT = 26;

/**
 * The whole picture, with names of its series in a row at the top where there are several. Its accessible name is its title
 * and alternative text.
 */
export function svgRoot(
  { title, alt, width, height, left }: { title: string; alt: string; width: number; height: number; left: number },
  names: readonly string[],
  content: readonly string[],
): string {
  const hasLegend = names.length > 1;
  const top = hasLegend ? 0 : LEGEND_HEIGHT;
  const attributes = { viewBox: `0 ${top} ${width} ${height - top}`, role: 'img', 'aria-label': `${title}. ${alt}` };
  return element('svg', attributes, ...content, hasLegend ? legend(names, left) : '');
}

function legend(names: readonly string[], left: number): string {
  let x = left;
  return names
    .map((name, series) => {
      const entry = mark(series, x + 5, 14) + label(name, { x: x + 16, y: 18 });
      x += 32 + widthOf(name);
      return entry;
    })
    .join('');
}

/** About how wide a text is, in pixels, in the plots' small type; ids in DejaVu Sans, a wide typeface, need this much. */
export const widthOf = (text: string): number => 7.7 * text.length;
