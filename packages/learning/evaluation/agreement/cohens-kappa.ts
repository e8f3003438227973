/**
 * Cohen's κ of two raters over the items that both rated (Cohen 1960): (p_o − p_e) / (1 − p_e). Null for no items, and
 * where both always say the same one thing, so that agreement by chance is certain.
 */
export function cohensKappa(ratings: readonly (readonly [number, number])[]): number | null {
  const n = ratings.length;
  if (n === 0) return null;
  const observed = ratings.filter(([a, b]) => a === b).length / n;
  const shareSaying = (rater: 0 | 1, category: number) => ratings.filter((pair) => pair[rater] === category).length / n;
  const categories = [...new Set(ratings.flat())];
  const byChance = categories.reduce((sum, category) => sum + shareSaying(0, category) * shareSaying(1, category), 0);
  return byChance === 1 ? null : (observed - byChance) / (1 - byChance);
}
