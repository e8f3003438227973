import type { DocumentKind } from '../document-kind.ts';
import { DAYS, NAMES, NUMBERS, PLACES } from './words.ts';

export const eventNotice: DocumentKind = {
  name: 'event notice',
  subreddit: 'whatson',
  slots: {
    event: {
      values: ['concert', 'quiz', 'workshop', 'picnic', 'contest', 'lecture', 'dance', 'recital', 'raffle', 'parade'],
      importance: 0.3,
    },
    place: { values: PLACES, importance: 0.2 },
    day: { values: DAYS, importance: 0.2 },
    hour: { values: NUMBERS, importance: 0.15 },
    host: { values: NAMES, importance: 0.15 },
  },
  titles: ['Come along', 'You are all invited', 'Save the date', 'Something for the whole family'],
  openings: [
    'It has been a long winter and we need some fun.',
    'Tickets are free, as they were last year.',
    'We are looking forward to seeing you.',
    'After many requests we do it again.',
  ],
  statements: [
    'We are holding a {event} for everyone.',
    'The {event} is open to young and old.',
    'You will find the {event} at the {place}.',
    'It takes place in the {place} as usual.',
    'We have the {place} all to ourselves.',
    'Put {day} in your diary.',
    'The date is {day} of this week.',
    'We begin at {hour} sharp.',
    'Doors open at {hour} in the evening.',
    'Come on {day} at {hour} or a little before.',
    'Your host is {host}, as always.',
    'It is run by {host} this time.',
  ],
  asides: [
    'The {~place} was too small for us.',
    'The {~event} of last year was a success.',
    'Please tell us by {~day} if you bring children.',
    'Many thanks to {~host} for the posters.',
    'There will be tea and biscuits.',
    'Dogs are welcome too.',
  ],
  summaries: [
    'A {event}< at the {place}>< on {day}>< at {hour}><, hosted by {host}>.',
    'Come to the {event}<, {day}>< at {hour}><, in the {place}><. Host is {host}>.',
    'Free {event}< with {host}>< in the {place}>< on {day}><, starts at {hour}>.',
  ],
};
