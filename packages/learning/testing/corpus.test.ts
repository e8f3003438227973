import { renderPrompt } from '@laurel/contracts';
import { describe, expect, it } from 'vitest';
import { comparisonAccuracy } from './comparison-accuracy.ts';
import { generateCorpus } from './corpus.ts';
import { slotsIn } from './document-kind.ts';
import { goldScore, readClaims } from './gold-score.ts';
import { KINDS } from './kinds/index.ts';
import { fillSummary } from './summary-writer.ts';

const settings = {
  seed: 1,
  texts: 300,
  documents: 1000,
  comparisons: 3000,
  heldOutDocuments: 100,
  heldOutComparisons: 1500,
};
const corpus = generateCorpus(settings);

describe('the kinds of document', () => {
  it.each(KINDS)('$name: importances add up to 1, and every slot has a statement of its own', (kind) => {
    expect(Object.values(kind.slots).reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 12);
    const single = kind.statements.map(slotsIn).filter((slots) => slots.length === 1);
    expect(new Set(single.flat())).toEqual(new Set(Object.keys(kind.slots)));
  });

  it.each(KINDS)('$name: no template names a value by accident', (kind) => {
    const document = { id: '', kind, title: '', post: '', facts: {}, decoys: {} };
    const templates = [kind.titles, kind.openings, kind.statements, kind.asides, kind.summaries].flat();
    for (const template of templates) {
      const text = template.replace(/\{~?\w+\}/g, 'x').replace(/[<>]/g, '');
      expect(readClaims(document, text)).toMatchObject({ correct: [], wrong: [] });
    }
  });

  it.each(KINDS)('$name: every form of summary can state all facts, and the gold score reads them all', (kind) => {
    const facts = Object.fromEntries(
      Object.entries(kind.slots).map(([slot, { values }], i) => [slot, values[i] ?? '']),
    );
    const document = { id: '', kind, title: '', post: '', facts, decoys: {} };
    for (const template of kind.summaries) {
      const summary = fillSummary(template, facts, Object.keys(facts));
      expect(readClaims(document, summary), summary).toMatchObject({ wrong: [], repetitions: 0 });
      expect(readClaims(document, summary).correct).toHaveLength(Object.keys(facts).length);
    }
  });
});

describe('generateCorpus', () => {
  it('is the same for the same seed and another for another', () => {
    expect(generateCorpus(settings)).toEqual(corpus);
    expect(generateCorpus({ ...settings, seed: 2 }).texts[0]).not.toEqual(corpus.texts[0]);
  });

  it('is varied', () => {
    expect(new Set(corpus.documents.map(({ kind }) => kind.name)).size).toBe(KINDS.length);
    const openings = corpus.documents.map(({ post }) => post.split('. ').slice(0, 2).join());
    expect(new Set(openings).size).toBeGreaterThan(500);
    expect(new Set(corpus.demonstrations.map(({ summary }) => summary)).size).toBeGreaterThan(900);
  });

  it('states every fact in its post', () => {
    for (const { post, facts } of corpus.documents)
      for (const value of Object.values(facts)) expect(post).toContain(value);
  });

  it('holds documents out altogether', () => {
    const seen = new Set(corpus.documents.map(({ post }) => post));
    for (const { post } of corpus.heldOut.documents) {
      expect(seen).not.toContain(post);
      expect(corpus.texts.some(({ text }) => text.includes(post))).toBe(false);
    }
    const heldOutIds = new Set(corpus.heldOut.documents.map(({ id }) => id));
    expect(corpus.comparisons.some(({ info }) => heldOutIds.has(info.id))).toBe(false);
    expect(corpus.heldOut.comparisons.every(({ info }) => heldOutIds.has(info.id))).toBe(true);
  });

  it('gives posts that the prompt template takes, and comparisons of two different texts', () => {
    for (const { subreddit, title, post } of corpus.demonstrations.slice(0, 20))
      expect(renderPrompt({ subreddit, title, post }).head).toContain(`r/${subreddit}`);
    for (const { summaries } of corpus.comparisons) expect(summaries[0].text).not.toBe(summaries[1].text);
  });

  it('is summarised well, badly and at length by different writers', () => {
    const mean = (name: string, value: (text: string, i: number) => number) => {
      const values = corpus.comparisons.flatMap(({ summaries }, i) =>
        summaries.filter(({ policy }) => policy === name).map(({ text }) => value(text, i)),
      );
      return values.reduce((sum, each) => sum + each, 0) / values.length;
    };
    const gold = (name: string) =>
      mean(name, (text, i) => {
        const document = corpus.documents[i % corpus.documents.length];
        return document === undefined ? Number.NaN : goldScore(document, text);
      });
    expect(gold('careful')).toBeGreaterThan(gold('rambling') + 0.1);
    expect(gold('careful')).toBeGreaterThan(gold('hasty') + 0.1);
    expect(gold('careful')).toBeGreaterThan(gold('careless') + 0.1);
    const length = (text: string) => text.length;
    expect(mean('rambling', length)).toBeGreaterThan(1.3 * mean('careful', length));
  });

  it('can be judged right in eight to nine cases of ten, and length alone does much worse', () => {
    const best = comparisonAccuracy(corpus.heldOut, goldScore);
    const longerWins = comparisonAccuracy(corpus.heldOut, (_, summary) => summary.length);
    expect(best).toBeGreaterThan(0.8);
    expect(best).toBeLessThan(0.9);
    expect(longerWins).toBeLessThan(best - 0.15);
  });
});
