import type { Mode, Work } from '../core/work.ts';

const peer = (name: string, fused: boolean): Mode => ({ name, script: 'peers/optimiser.py', settings: { fused } });

const adamW: Omit<Work, 'name' | 'description' | 'peers' | 'goal' | 'check'> = {
  unit: 'steps',
  model: '12x768',
  settings: {
    learningRate: 1e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.1,
    gradientScale: 0.5,
    stepsPerRound: 20,
  },
  async prepare() {},
  ours: [{ name: 'Laurel', script: 'contestants/optimiser.ts' }],
};

export const optimiserWorks: Work[] = [
  {
    ...adamW,
    name: 'optimiser-12x768',
    description: 'AdamW on the 98 million parameters of 12 × 768',
    peers: [peer('PyTorch AdamW, fused', true), peer('PyTorch AdamW, foreach', false)],
    goal: { ratio: 1 },
    check: { values: 'mean magnitudes of parameters', tolerance: { float32: 1e-6 } },
  },
  {
    ...adamW,
    name: 'optimiser-memory-12x768',
    description: 'AdamW on the 98 million parameters of 12 × 768, against reading and writing as many bytes',
    peers: [{ name: 'memory alone', script: 'peers/memory_traffic.py' }],
    goal: { ratio: 0.83 }, // within 1.2 times that
    check: null,
  },
];
