import { z } from '@hono/zod-openapi';
import { timestamp } from '../../http/schemas.ts';
import type { ProjectRow } from '../../use-cases/projects/create-project.ts';

export const projectSchema = z
  .object({ id: z.string(), organisation: z.string(), name: z.string(), created_at: timestamp })
  .openapi('Project');

export const createdProjectSchema = projectSchema.extend({ secret: z.string() }).openapi('CreatedProject');

export const presentProject = (row: ProjectRow): z.input<typeof projectSchema> => ({
  id: row.id,
  organisation: row.organisationId,
  name: row.name,
  created_at: row.createdAt.toISOString(),
});
