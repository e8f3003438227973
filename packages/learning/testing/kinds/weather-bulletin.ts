import type { DocumentKind } from '../document-kind.ts';
import { DAYS, NUMBERS, TOWNS } from './words.ts';

export const weatherBulletin: DocumentKind = {
  name: 'weather bulletin',
  subreddit: 'weather',
  slots: {
    weather: { values: ['rain', 'snow', 'fog', 'hail', 'storms', 'sunshine', 'frost', 'showers'], importance: 0.3 },
    town: { values: TOWNS, importance: 0.3 },
    day: { values: DAYS, importance: 0.2 },
    degrees: { values: NUMBERS, importance: 0.2 },
  },
  titles: ['Outlook for the region', 'Bulletin from the weather desk', 'What to wear', 'Plan ahead'],
  openings: [
    'Here is the outlook from our desk.',
    'The charts have changed since the last bulletin.',
    'A new front is moving in from the sea.',
    'Our models agree quite well this time.',
  ],
  statements: [
    'We expect {weather} for most of the time.',
    'There will be {weather} from early morning.',
    'The forecast is for the area of {town}.',
    'People in {town} should be ready for it.',
    'In {town} there will be {weather} until late.',
    'It begins on {day} and does not last long.',
    'The change arrives on {day} after lunch.',
    'Highs reach {degrees} degrees at best.',
    'It will be no warmer than {degrees} degrees.',
    'Look for {degrees} degrees on {day} around noon.',
  ],
  asides: [
    'Further off, {~town} stays as it is.',
    'Earlier talk of {~weather} was mistaken.',
    'The next bulletin comes out on {~day}.',
    'Roads may be slower than usual.',
    'Check your gutters and look after older neighbours.',
    'Thank you to all who sent in readings.',
  ],
  summaries: [
    'Expect {weather}< in {town}>< on {day}><, {degrees} degrees>.',
    'Forecast< for {town}>: {weather}< from {day}><, highs of {degrees} degrees>.',
    'There will be {weather}< on {day}>< around {town}>< at {degrees} degrees>.',
  ],
};
