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
export const pageFrom = <Row>(rows: Row[], { limit }: PageRequest): Page<Row> => ({
  rows: rows.slice(0, limit),
  hasMore: rows.length > limit,
});
