import type { DocumentKind } from '../document-kind.ts';
import { NAMES, NUMBERS } from './words.ts';

export const recipeNote: DocumentKind = {
  name: 'recipe note',
  subreddit: 'homecooking',
  slots: {
    dish: { values: ['soup', 'stew', 'pie', 'curry', 'salad', 'risotto', 'lasagne', 'cake'], importance: 0.3 },
    ingredient: {
      values: ['pumpkin', 'mushroom', 'salmon', 'chicken', 'lentil', 'onion', 'carrot', 'cheese', 'apple', 'spinach'],
      importance: 0.3,
    },
    minutes: { values: NUMBERS, importance: 0.25 },
    cook: { values: NAMES, importance: 0.15 },
  },
  titles: ['So easy and so good', 'Family favourite', 'Dinner is saved', 'Try this one'],
  openings: [
    'I made this again at the weekend.',
    'You asked me for it, so here it is.',
    'Nothing fancy, but everyone had seconds.',
    'This needs only one pot.',
  ],
  statements: [
    'It is a {dish} that warms you up.',
    'I call it my lazy {dish}.',
    'For the {dish} you need fresh {ingredient} and salt.',
    'The main thing in it is {ingredient}.',
    'Cut up the {ingredient} and put it in.',
    'It takes {minutes} minutes from start to end.',
    'Leave it for {minutes} minutes and it is ready.',
    'I learnt it from {cook} years ago.',
    'The recipe comes from {cook}.',
    'As {cook} says, {minutes} minutes is enough.',
  ],
  asides: [
    'You could use {~ingredient}, but I never do.',
    'It goes well after a {~dish}.',
    'Even {~cook} liked it, and that means something.',
    'Do not forget the pepper.',
    'I eat it straight from the pot.',
    'It keeps well in the fridge.',
  ],
  summaries: [
    'Simple< {ingredient}> {dish}<, ready in {minutes} minutes><, recipe by {cook}>.',
    'How to make< {ingredient}> {dish}< in {minutes} minutes><, from {cook}>.',
    'A {dish}< with {ingredient}><, as {cook} makes it><; takes {minutes} minutes>.',
  ],
};
