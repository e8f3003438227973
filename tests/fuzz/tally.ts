/** How many requests of an operation were answered with a status. */
export interface Count {
  operation: string;
  status: number;
  count: number;
}

/** The counts by status, then for each operation how many of its requests reached its end. */
export function describeCounts(counts: readonly Count[]): string {
  const ofStatus = new Map<number, number>();
  const ofOperation = new Map<string, { all: number; succeeded: number }>();
  for (const { operation, status, count } of counts) {
    ofStatus.set(status, (ofStatus.get(status) ?? 0) + count);
    for (const name of [operation, 'all']) {
      const { all, succeeded } = ofOperation.get(name) ?? { all: 0, succeeded: 0 };
      ofOperation.set(name, { all: all + count, succeeded: succeeded + (status < 300 ? count : 0) });
    }
  }
  const sorted = <Key extends string | number, Value>(map: Map<Key, Value>) =>
    [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    'requests by status',
    ...sorted(ofStatus).map(([status, count]) => `  ${status} ${String(count).padStart(9)}`),
    'requests by operation, and the share of them that was answered 2xx',
    ...sorted(ofOperation).map(
      ([name, { all, succeeded }]) =>
        `  ${name.padEnd(30)} ${String(all).padStart(8)} ${((100 * succeeded) / all).toFixed(1).padStart(6)} %`,
    ),
  ].join('\n');
}
