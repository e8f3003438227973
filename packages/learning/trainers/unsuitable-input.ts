/** Inputs that a job cannot be done with; trying again does not help. */
export class UnsuitableInput extends Error {
  override name = 'UnsuitableInput';
  readonly code = 'unsuitable_input';
}
