import { STATUS_CODES } from 'node:http';
import { newId, type ProblemDetails } from '@laurel/contracts';
import { asClientsRead } from '../http/compatible-errors.ts';

type Told = Pick<ProblemDetails, 'status' | 'code' | 'detail' | 'instance'>;

/** A problem that is answered before there is a request for the app, as `answerError` answers those within. */
export function bareProblem({ status, code, detail, instance }: Told) {
  const request_id = newId('req');
  const title = STATUS_CODES[status] ?? '';
  const type = `urn:laurel:problem:${code}`;
  const body = JSON.stringify(asClientsRead({ type, title, status, detail, instance, code, request_id }));
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': request_id,
  };
  return { status, title, headers, body };
}
