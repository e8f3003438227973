import type { DocumentKind } from '../document-kind.ts';
import { adviceRequest } from './advice-request.ts';
import { eventNotice } from './event-notice.ts';
import { lostProperty } from './lost-property.ts';
import { meetingMinutes } from './meeting-minutes.ts';
import { recipeNote } from './recipe-note.ts';
import { shopSale } from './shop-sale.ts';
import { weatherBulletin } from './weather-bulletin.ts';

export const KINDS: readonly DocumentKind[] = [
  adviceRequest,
  eventNotice,
  lostProperty,
  meetingMinutes,
  recipeNote,
  shopSale,
  weatherBulletin,
];
