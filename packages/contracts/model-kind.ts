import { z } from 'zod';

export const modelKind = z.enum(['base', 'policy', 'reward_model']);
export type ModelKind = z.infer<typeof modelKind>;
