import { describe, expect, it } from 'vitest';
import type { Document } from './document.ts';
import type { DocumentKind } from './document-kind.ts';
import { goldScore, readClaims } from './gold-score.ts';
import { lostProperty } from './kinds/lost-property.ts';
import { weatherBulletin } from './kinds/weather-bulletin.ts';

const documentWith = (kind: DocumentKind, facts: Record<string, string>): Document => ({
  id: 'doc-1',
  kind,
  title: '',
  post: '',
  facts,
  decoys: {},
});
const lost = documentWith(lostProperty, {
  item: 'scarf',
  colour: 'red',
  place: 'park',
  day: 'Monday',
  contact: 'Anna',
});
const weather = documentWith(weatherBulletin, { weather: 'fog', town: 'Dover', day: 'Friday', degrees: 'six' });

describe('goldScore', () => {
  it('adds up what is stated and takes off every word', () => {
    // item 0.3 + colour 0.2 + place 0.2; 7 words.
    expect(goldScore(lost, 'Lost a red scarf at the park.')).toBeCloseTo(0.7 - 7 * 0.012, 12);
    expect(goldScore(lost, 'Missing: red scarf, park, Monday; call ANNA!')).toBeCloseTo(1 - 7 * 0.012, 12);
    expect(goldScore(weather, 'Fog in Dover.')).toBeCloseTo(0.6 - 3 * 0.012, 12);
  });

  it('gives nothing for an empty text, and less for one that tells nothing', () => {
    expect(goldScore(lost, '')).toBe(0);
    expect(goldScore(lost, 'something or other is gone')).toBeCloseTo(-5 * 0.012, 12);
  });

  it('takes off for a wrong fact, and lets no guess hide beside the truth', () => {
    expect(goldScore(weather, 'Snow in Dover.')).toBeCloseTo(0.3 - 0.2 - 3 * 0.012, 12);
    // Contradiction: fog is right, snow is not, so the weather earns nothing and costs.
    expect(goldScore(weather, 'Fog and snow in Dover.')).toBeCloseTo(0.3 - 0.2 - 5 * 0.012, 12);
  });

  it('takes off for saying a fact twice', () => {
    expect(goldScore(weather, 'Fog in Dover, fog.')).toBeCloseTo(0.6 - 0.25 - 4 * 0.012, 12);
  });

  it('ignores words of other kinds of document', () => {
    expect(readClaims(weather, 'The Lions lost a scarf')).toMatchObject({ correct: [], wrong: [], words: 5 });
  });
});
