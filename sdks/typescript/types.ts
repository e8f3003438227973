import type { operations } from './generated/api.ts';

type Operation = keyof operations;

/** JSON of the success answer of an operation, as openapi.yaml states it. */
export type Answer<O extends Operation> = {
  [Status in keyof operations[O]['responses'] & (200 | 201 | 202)]: JsonOf<operations[O]['responses'][Status]>;
}[keyof operations[O]['responses'] & (200 | 201 | 202)];

/** JSON that an operation takes. */
export type Body<O extends Operation> = operations[O] extends { requestBody?: infer R }
  ? JsonOf<NonNullable<R>>
  : never;

/** Query parameters that an operation takes. */
export type Query<O extends Operation> = NonNullable<operations[O]['parameters']['query']>;

type JsonOf<T> = T extends { content: { 'application/json': infer J } } ? J : never;

/** One item of a list operation. */
export type Item<O extends Operation> = Answer<O> extends { data: (infer T)[] } ? T : never;
