import type { DocumentKind } from '../document-kind.ts';
import { DAYS, NAMES } from './words.ts';

export const meetingMinutes: DocumentKind = {
  name: 'meeting minutes',
  subreddit: 'committee',
  slots: {
    topic: {
      values: [
        'budget',
        'roof',
        'website',
        'parking',
        'heating',
        'kitchen',
        'playground',
        'lighting',
        'insurance',
        'fence',
      ],
      importance: 0.3,
    },
    decision: { values: ['approved', 'rejected', 'postponed', 'halved', 'doubled', 'cancelled'], importance: 0.3 },
    person: { values: NAMES, importance: 0.2 },
    day: { values: DAYS, importance: 0.2 },
  },
  titles: ['Minutes of our meeting', 'Notes from the committee', 'What we talked about', 'Minutes for all members'],
  openings: [
    'Everyone was present and we began on time.',
    'The room was cold, so we kept it brief.',
    'We first read the minutes of last time.',
    'The chair welcomed two new members.',
  ],
  statements: [
    'The main point was the plan for the {topic}.',
    'Most of the evening went on the {topic}.',
    'After a vote the plan for the {topic} was {decision}.',
    'In the end the plan was {decision} by a large majority.',
    'When hands were raised it was {decision}.',
    'The work will be done by {person}.',
    'It was agreed that {person} takes care of it.',
    'We meet again on {day} at the same place.',
    'Our next meeting is on {day}.',
    'On {day} we meet again and {person} will report.',
  ],
  asides: [
    'A word was also said about the {~topic}, without result.',
    'Thanks went to {~person} for the cakes.',
    'The hall is not free on {~day}.',
    'Somebody asked for better coffee.',
    'There were no other questions.',
    'The windows were left open again.',
  ],
  summaries: [
    'The {topic} plan was {decision}<, {person} is in charge><, next meeting {day}>.',
    'Plan for the {topic}< was {decision}><; {person} does the work><; we meet again on {day}>.',
    'Committee {decision} the {topic} plan<. It goes to {person}><. Next time is {day}>.',
  ],
};
