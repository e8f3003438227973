import type { DocumentKind } from '../document-kind.ts';
import { adviceRequest } from './advice-request.ts';
import { eventNotice } from './event-notice.ts';
import { lostProperty } from './lost-property.ts';
import { matchReport } from './match-report.ts';
import { meetingMinutes } from './meeting-minutes.ts';
import { recipeNote } from './recipe-note.ts';
import { repairLog } from './repair-log.ts';
import { shopSale } from './shop-sale.ts';
import { travelDelay } from './travel-delay.ts';
import { weatherBulletin } from './weather-bulletin.ts';

export const KINDS: readonly DocumentKind[] = [
  adviceRequest,
  eventNotice,
  lostProperty,
  matchReport,
  meetingMinutes,
  recipeNote,
  repairLog,
  shopSale,
  travelDelay,
  weatherBulletin,
];
