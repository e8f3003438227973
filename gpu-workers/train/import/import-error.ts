/**
 * A model that cannot be imported: its place cannot be read (`unusable_source`), or what is there is not a model that can be used
 * (`unusable_model`). Another attempt would find the same.
 */
export class ImportError extends Error {
  override name = 'ImportError';
  readonly code: 'unusable_source' | 'unusable_model';

  constructor(code: 'unusable_source' | 'unusable_model', message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
