/**
 * The results in the order of the items, while work on the next `count` items is under way. When one fails, or nobody
 * wants more, what is under way is let go.
 */
export async function* ahead<Item, Result>(
  items: AsyncIterable<Item>,
  count: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    result.catch(() => {}); // told when its turn comes
    underWay.push(result);
    if (underWay.length > count) yield (await underWay.shift()) as Result;
  }
  for (const result of underWay) yield await result;
}
