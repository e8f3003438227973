import { expect, test } from 'vitest';
import { UntoldText } from './untold-text.ts';

const delta = (text: string, sample = 0) => ({ prompt: 0, sample, text });

test('what comes again after a break is not told again, however it is cut', () => {
  const untold = new UntoldText();
  untold.beginAgain();
  expect(untold.rest(delta('one '))).toEqual(delta('one '));
  expect(untold.rest(delta('two'))).toEqual(delta('two'));
  untold.beginAgain();
  expect(untold.rest(delta('one'))).toBeNull();
  expect(untold.rest(delta(' two thr'))).toEqual(delta(' thr'));
  expect(untold.rest(delta('ee'))).toEqual(delta('ee'));
  expect(untold.rest(delta('other', 1))).toEqual(delta('other', 1));
});
