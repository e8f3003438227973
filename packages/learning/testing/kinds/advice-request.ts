import type { DocumentKind } from '../document-kind.ts';
import { NUMBERS } from './words.ts';

export const adviceRequest: DocumentKind = {
  name: 'advice request',
  subreddit: 'advice',
  slots: {
    person: {
      values: ['sister', 'brother', 'boss', 'neighbour', 'roommate', 'cousin', 'landlord', 'uncle', 'aunt', 'coworker'],
      importance: 0.3,
    },
    thing: {
      values: ['car', 'bike', 'laptop', 'guitar', 'tent', 'drill', 'ladder', 'piano', 'bed', 'boat'],
      importance: 0.3,
    },
    months: { values: NUMBERS, importance: 0.2 },
    wish: { values: ['refund', 'payment', 'replacement', 'receipt', 'promise'], importance: 0.2 },
  },
  titles: ['Am I wrong to be angry?', 'How do I handle this?', 'I need some advice', 'What would you do?'],
  openings: [
    'Throwaway because people I know read this.',
    'I never thought I would post here.',
    'Sorry if this is a bit of a mess.',
    'I am tired and need an outside view.',
  ],
  statements: [
    'It is all about my {person}, who I used to trust.',
    'The one who did this is my {person}.',
    'My {person} took my {thing} and never gave it back.',
    'What was borrowed is my {thing}, which I need.',
    'I no longer have my {thing} because of this.',
    'This has been going on for {months} months now.',
    'I have been waiting {months} months already.',
    'All I want is a real {wish}.',
    'I think I deserve some kind of {wish}.',
    'After {months} months I only ask for a {wish}.',
  ],
  asides: [
    'My {~person} says I should let it go.',
    'It is not like the time with the {~thing}.',
    'A {~wish} would not be enough for me.',
    'I do not sleep well any more.',
    'We were so close as children.',
    'Please be honest with me.',
  ],
  summaries: [
    'My {person} took my {thing}<, {months} months ago><, and I want a {wish}>.',
    'My {person} has kept my {thing}< for {months} months><. I ask for a {wish}>.',
    'Asking my {person}< for a {wish}>< over my {thing}><, it has been {months} months>.',
  ],
};
