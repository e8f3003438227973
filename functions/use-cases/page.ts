/** What of a list is wanted: at most `limit` rows older than the id `after`. */
export interface PageRequest {
  limit: number;
  after?: string | undefined;
}

export interface Page<Row> {
  rows: Row[];
  hasMore: boolean;
}

/** Of a query that asked for one row more than the limit. */
export const pageFrom = <Row>(rows: Row[], { limit }: Pick<PageRequest, 'limit'>): Page<Row> => ({
  rows: rows.slice(0, limit),
  hasMore: rows.length > limit,
});

const ROWS_AT_ONCE = 1000;

/** All rows of a list, read page by page. */
export async function* allPages<Row>(
  read: (page: PageRequest) => Promise<Page<Row>>,
  idOf: (row: Row) => string,
): AsyncGenerator<Row[]> {
  for (let after: string | undefined; ; ) {
    const { rows, hasMore } = await read({ limit: ROWS_AT_ONCE, after });
    yield rows;
    const last = rows.at(-1);
    if (!hasMore || !last) return;
    after = idOf(last);
  }
}
