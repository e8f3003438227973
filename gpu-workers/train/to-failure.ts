import { type Failure, Problem } from '@laurel/contracts';
import { ArtifactCorrupt, ArtifactNotFound, ArtifactStoreFull } from '@laurel/storage/artifacts';

const OUT_OF_MEMORY = /OOM when allocating|resource exhausted|Array buffer allocation failed|out of memory/i;

/**
 * What the API is told of an error: its code, a sentence for the job's owner, and whether another attempt could fare better.
 * Data and settings stay as bad as they are; an engine or a network may have had a bad moment.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof Problem) return { code: error.code, detail: error.message, retryable: false };
  if (error instanceof ArtifactStoreFull || error instanceof ArtifactCorrupt || error instanceof ArtifactNotFound) {
    return { code: error.code, detail: error.message, retryable: false };
  }
  const detail = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(detail)) return { code: 'out_of_memory', detail: OUT_OF_MEMORY_DETAIL, retryable: true };
  if (isExplained(error)) return { code: error.code, detail, retryable: false };
  return { code: 'worker_error', detail, retryable: true };
}

const OUT_OF_MEMORY_DETAIL =
  'The engine ran out of memory. If it does so again, take a smaller batch_size, a smaller model or a larger machine.';

/** Errors of the learning core carry a code such as `does_not_fit`; those of Node have one in capitals. */
function isExplained(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[a-z_]+$/.test(error.code);
}
