import { Problem } from '@laurel/contracts';

/** Also for what belongs to another project: that it exists is not for this one to know. */
export const notFound = (what: string, id: string): Problem =>
  new Problem(404, 'not_found', `There is no ${what} ${id} in this project.`);
