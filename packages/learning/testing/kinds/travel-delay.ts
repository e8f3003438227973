import type { DocumentKind } from '../document-kind.ts';
import { NUMBERS, TOWNS } from './words.ts';

export const travelDelay: DocumentKind = {
  name: 'travel delay',
  subreddit: 'commuting',
  slots: {
    vehicle: { values: ['train', 'bus', 'ferry', 'tram', 'plane', 'coach'], importance: 0.25 },
    town: { values: TOWNS, importance: 0.25 },
    cause: {
      values: ['strike', 'flood', 'crash', 'landslide', 'breakdown', 'rockfall', 'fire', 'cow'],
      importance: 0.3,
    },
    hours: { values: NUMBERS, importance: 0.2 },
  },
  titles: ['Stuck again', 'Travel news', 'Do not leave home yet', 'A long wait'],
  openings: [
    'For anyone who is planning a trip.',
    'I am writing this from a bench.',
    'It was going so well this morning.',
    'The loudspeaker has just told us.',
  ],
  statements: [
    'The {vehicle} is late and people are cross.',
    'I am waiting for the {vehicle} with many others.',
    'The {vehicle} to {town} has not left.',
    'I was meant to be in {town} by now.',
    'All this is on the way to {town}.',
    'They say the reason is a {cause} on the line.',
    'The cause of it all is the {cause}.',
    'We will be {hours} hours late.',
    'The wait is said to be {hours} hours.',
    'Because of the {cause} we lose {hours} hours.',
  ],
  asides: [
    'The {~vehicle} is no use, it is full.',
    'The road to {~town} is fine.',
    'Last time it was a {~cause}, what luck.',
    'I have eaten all my sandwiches.',
    'A man is playing the flute very badly.',
    'At least it is warm in here.',
  ],
  summaries: [
    'The {vehicle}< to {town}> is late<, {hours} hours>< because of the {cause}>.',
    'Late {vehicle}<: {hours} hours><, going to {town}><, reason is the {cause}>.',
    'A {cause} delays the {vehicle}< to {town}>< by {hours} hours>.',
  ],
};
