export { mean } from './mean.ts';
export { correlationOf, ranksOf } from './rank-correlation.ts';
export { shareOf } from './share.ts';
