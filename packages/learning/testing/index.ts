export { comparisonAccuracy } from './comparison-accuracy.ts';
export {
  type Corpus,
  type CorpusSettings,
  generateCorpus,
  type LabelledDocuments,
  type OpenAiComparison,
  type TldrRow,
} from './corpus.ts';
export { demoSettings } from './demo-settings.ts';
export type { Document } from './document.ts';
export { type Claims, goldScore, readClaims } from './gold-score.ts';
