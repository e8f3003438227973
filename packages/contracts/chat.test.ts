import { expect, test } from 'vitest';
import { renderChat } from './chat.ts';

test('a chat is rendered up to the turn of the assistant, and its last message may be shortened', () => {
  const messages = [
    { role: 'system' as const, content: 'Be brief.' },
    { role: 'user' as const, content: 'Why?' },
  ];
  expect(renderChat(messages)).toEqual({
    head: 'system: Be brief.\n\nuser: ',
    post: 'Why?',
    tail: '\n\nassistant:',
  });
});
