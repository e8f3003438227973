const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The first sentences of a text: the lead-3 baseline when there are three (Stiennon et al. 2020, section 4.1). */
export function leadSentences(text: string, count: number): string {
  return Array.from(sentences.segment(text), ({ segment }) => segment)
    .filter((segment) => segment.trim() !== '')
    .slice(0, count)
    .join('')
    .trim();
}
