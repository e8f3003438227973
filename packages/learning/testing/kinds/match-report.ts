import type { DocumentKind } from '../document-kind.ts';
import { DAYS, NAMES } from './words.ts';

const TEAMS = [
  'Lions',
  'Tigers',
  'Eagles',
  'Bears',
  'Wolves',
  'Sharks',
  'Falcons',
  'Rovers',
  'Rangers',
  'Panthers',
  'Bulls',
  'Hornets',
];

export const matchReport: DocumentKind = {
  name: 'match report',
  subreddit: 'matchday',
  slots: {
    winner: { values: TEAMS, importance: 0.3 },
    loser: { values: TEAMS, importance: 0.3, cues: ['beat', 'against', 'over', 'past'] },
    scorer: { values: NAMES, importance: 0.25 },
    day: { values: DAYS, importance: 0.15 },
  },
  titles: ['What a game', 'Report from the ground', 'My thoughts after the final whistle', 'That was close'],
  openings: [
    'The rain held off and the stands were full.',
    'I was there with my whole family.',
    'It was slow at first, then it became wild.',
    'Nobody near me expected this result.',
  ],
  statements: [
    'The {winner} beat the {loser} and nobody can say it was luck.',
    'In the end the {winner} were happy.',
    'The {winner} were the better side and took the points.',
    'It was a hard game against the {loser} all the way.',
    'A win over the {loser} is always worth something.',
    'The only goal came from {scorer} near the end.',
    'Then {scorer} scored and the crowd went mad.',
    'The game was played on {day} in the evening.',
    'We all met on {day} to watch it.',
    'It was {day} and {scorer} put the ball in the net.',
  ],
  asides: [
    'The {~winner} play next week and will be worried.',
    'Young {~scorer} hit the post once, but it did not count.',
    'The next game is on {~day}.',
    'The referee had a quiet time.',
    'My seat was wet and the tea was cold.',
    'There was singing all the way home.',
  ],
  summaries: [
    'The {winner} beat the {loser}<, goal by {scorer}><, on {day}>.',
    'The {winner} won< on {day}>< against the {loser}><; {scorer} scored>.',
    'Win for the {winner}< over the {loser}><, {scorer} got the goal><, played {day}>.',
  ],
};
