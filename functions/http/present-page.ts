import type { Page } from '../use-cases/page.ts';

/** The answer of a list route. */
export function presentPage<Row, Item extends { id: string }>(page: Page<Row>, present: (row: Row) => Item) {
  const data = page.rows.map(present);
  return { data, has_more: page.hasMore, first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
