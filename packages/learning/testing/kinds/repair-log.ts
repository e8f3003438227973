import type { DocumentKind } from '../document-kind.ts';
import { DAYS, NAMES, NUMBERS } from './words.ts';

export const repairLog: DocumentKind = {
  name: 'repair log',
  subreddit: 'techsupport',
  slots: {
    device: {
      values: [
        'printer',
        'fridge',
        'boiler',
        'scanner',
        'oven',
        'radio',
        'television',
        'dishwasher',
        'tractor',
        'projector',
      ],
      importance: 0.3,
    },
    fault: {
      values: ['cable', 'battery', 'fan', 'hinge', 'fuse', 'pump', 'belt', 'switch', 'sensor', 'valve'],
      importance: 0.3,
    },
    technician: { values: NAMES, importance: 0.15 },
    cost: { values: NUMBERS, importance: 0.15 },
    day: { values: DAYS, importance: 0.1 },
  },
  titles: ['It works again', 'Log of the repair', 'For the next person with this problem', 'Solved'],
  openings: [
    'Writing this down for others.',
    'It made a terrible noise and then stopped.',
    'We tried turning it off and on first.',
    'The manual was no help at all.',
  ],
  statements: [
    'Our {device} would not start.',
    'The machine in question is the {device}.',
    'The {device} had a broken {fault} inside.',
    'It turned out that the {fault} was broken.',
    'A new {fault} was put in.',
    'In the end {technician} fixed it.',
    'We called {technician}, who knew what to do.',
    'The part cost {cost} pounds.',
    'We paid {cost} pounds and it was worth it.',
    'It has been running since {day}.',
    'On {day} it came back to life.',
  ],
  asides: [
    'At first we blamed the {~fault}.',
    'The {~device} next to it is fine.',
    'Poor {~technician} had tried for a week.',
    'It had been dead since {~day}.',
    'Always pull the plug first.',
    'There was dust everywhere.',
  ],
  summaries: [
    'The {device} needed a new {fault}<, fixed by {technician}>< on {day}><, {cost} pounds>.',
    'Broken {device}<, the {fault} was bad><. Fixed by {technician}>< for {cost} pounds><. Runs since {day}>.',
    'Repair of the {device}<: new {fault}><, {cost} pounds><, done by {technician}>< on {day}>.',
  ],
};
