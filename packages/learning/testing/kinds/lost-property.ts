import type { DocumentKind } from '../document-kind.ts';
import { COLOURS, DAYS, NAMES, PLACES } from './words.ts';

export const lostProperty: DocumentKind = {
  name: 'lost property',
  subreddit: 'lostandfound',
  slots: {
    item: {
      values: ['purse', 'scarf', 'wallet', 'backpack', 'watch', 'jacket', 'camera', 'phone', 'hat', 'ring'],
      importance: 0.3,
    },
    colour: { values: COLOURS, importance: 0.2 },
    place: { values: PLACES, importance: 0.2 },
    day: { values: DAYS, importance: 0.15 },
    contact: { values: NAMES, importance: 0.15 },
  },
  titles: ['Please help me find it', 'Has anyone seen this?', 'Lost and very sad', 'Something of mine is missing'],
  openings: [
    'I hope somebody here can help.',
    'This is a long shot, but here goes.',
    'I have searched everywhere without luck.',
    'My own fault, I was not paying attention.',
  ],
  statements: [
    'I lost my {item} and I want it back.',
    'What went missing is a {item}.',
    'My {colour} {item} is gone.',
    'You will know it because it is {colour}.',
    'The colour is {colour} all over.',
    'I must have left it at the {place}.',
    'The last time I had it I was inside the {place}.',
    'It happened on {day} in the afternoon.',
    'I noticed that it was gone on {day}.',
    'It was {day} and I was sitting in the {place} when I last saw it.',
    'If you find it, please call {contact}.',
    'You can give it back to {contact}.',
  ],
  asides: [
    'Before that I had walked past the {~place}.',
    'I already asked at the {~place}, but they have nothing.',
    'A friend thought it was {~colour}, but that is not true.',
    'I will look again on {~day}.',
    'It was a present, so it means a lot to me.',
    'There is a small scratch on one side.',
    'I would be so happy to see it again.',
  ],
  summaries: [
    'Lost a< {colour}> {item}< at the {place}>< on {day}><, call {contact}>.',
    'Missing: a< {colour}> {item}<, left at the {place}>< on {day}><. Contact is {contact}>.',
    'Lost my< {colour}> {item}<, last seen on {day}>< in the {place}><; tell {contact} if found>.',
  ],
};
