import type { DocumentKind } from '../document-kind.ts';
import { COLOURS, DAYS, NUMBERS, TOWNS } from './words.ts';

export const shopSale: DocumentKind = {
  name: 'shop sale',
  subreddit: 'bargains',
  slots: {
    product: {
      values: ['sofa', 'lamp', 'desk', 'mirror', 'carpet', 'kettle', 'toaster', 'blanket', 'pillow', 'clock'],
      importance: 0.3,
    },
    colour: { values: COLOURS, importance: 0.15 },
    price: { values: NUMBERS, importance: 0.25 },
    town: { values: TOWNS, importance: 0.15 },
    day: { values: DAYS, importance: 0.15 },
  },
  titles: ['Great bargain', 'Cheaper than ever', 'Worth the trip', 'Going fast'],
  openings: [
    'I do not work there, I just like a good price.',
    'My wallet is happy for once.',
    'Found this by chance when I was out.',
    'For all of you who are moving house.',
  ],
  statements: [
    'They are selling a {product} that I like a lot.',
    'The thing on offer is a {product}.',
    'There is a {colour} {product} in the window.',
    'The one they have left is {colour}.',
    'It costs only {price} pounds.',
    'The price has come down to {price} pounds.',
    'The shop is in {town} near the bridge.',
    'You have to go to {town} to get it.',
    'In {town} they ask {price} pounds for it.',
    'The offer ends on {day}.',
    'You have until {day} to make up your mind.',
  ],
  asides: [
    'They also had a {~product}, but it was dear.',
    'The branch in {~town} has closed.',
    'I bought mine last {~day}.',
    'The {~colour} ones are sold out.',
    'Parking is free behind the building.',
    'The staff were very kind.',
    'Bring your own bag.',
  ],
  summaries: [
    'A< {colour}> {product}< for {price} pounds>< in {town}><, until {day}>.',
    'On sale< in {town}>: a< {colour}> {product}<, only {price} pounds><, ends {day}>.',
    'Get a< {colour}> {product}< before {day}>< for {price} pounds><, shop is in {town}>.',
  ],
};
