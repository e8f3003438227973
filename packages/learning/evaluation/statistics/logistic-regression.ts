/** A logistic regression's coefficients with their standard errors, from the inverse of the Hessian. */
export interface LogisticFit {
  coefficients: number[];
  standardErrors: number[];
  /** Of the outcomes, less the penalty. */
  logLikelihood: number;
}

interface LogisticProblem {
  /** Features of each observation. [n][k] */
  x: readonly (readonly number[])[];
  /** 0 to 1. [n] */
  outcomes: readonly number[];
  /** λ of ½ λ |w|², which keeps coefficients finite where the outcomes can be told apart without an error. */
  penalty?: number;
  /** Log-odds that every observation starts from. */
  offset?: number;
}

const MAX_STEPS = 100;
const TOLERANCE = 1e-10;

/**
 * Logistic regression by Newton's method: σ(offset + x·w) is the probability of the outcome 1. Returns null where there is
 * no finite solution.
 */
export function logisticRegression(problem: LogisticProblem): LogisticFit | null {
  let coefficients = (problem.x[0] ?? []).map(() => 0);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, hessian } = derivatives(problem, coefficients);
    const inverse = invert(hessian);
    if (!inverse) return null;
    const change = inverse.map((row) => -dot(row, gradient));
    const next = goUphill(problem, coefficients, change);
    if (change.every((value) => Math.abs(value) < TOLERANCE)) {
      const standardErrors = inverse.map((row, i) => Math.sqrt(row[i] ?? 0));
      return { coefficients: next, standardErrors, logLikelihood: logLikelihoodOf(problem, next) };
    }
    coefficients = next;
  }
  return null;
}

/** The first of the whole change, its half, its quarter, … that does not make the likelihood lower. */
function goUphill(problem: LogisticProblem, from: readonly number[], change: readonly number[]): number[] {
  const before = logLikelihoodOf(problem, from);
  const rounding = 1e-9 * Math.max(1, Math.abs(before));
  for (let scale = 1; ; scale /= 2) {
    const next = from.map((value, i) => value + scale * (change[i] ?? 0));
    if (scale < TOLERANCE || logLikelihoodOf(problem, next) >= before - rounding) return next;
  }
}

function logLikelihoodOf({ x, outcomes, penalty = 0, offset = 0 }: LogisticProblem, w: readonly number[]): number {
  const ofOutcomes = x.map((row, n) => {
    const logOdds = offset + dot(row, w);
    return (outcomes[n] ?? 0) * logOdds - softplus(logOdds);
  });
  return ofOutcomes.reduce((sum, each) => sum + each, 0) - (penalty / 2) * dot(w, w);
}

/** Of −log likelihood. */
function derivatives(
  { x, outcomes, penalty = 0, offset = 0 }: LogisticProblem,
  coefficients: readonly number[],
): { gradient: number[]; hessian: number[][] } {
  const gradient = coefficients.map((value) => penalty * value);
  const hessian = coefficients.map((_, i) => coefficients.map((_, j) => (i === j ? penalty : 0)));
  x.forEach((row, n) => {
    const p = sigmoid(offset + dot(row, coefficients));
    row.forEach((value, i) => {
      gradient[i] = (gradient[i] ?? 0) + (p - (outcomes[n] ?? 0)) * value;
      const hessianRow = hessian[i] ?? [];
      row.forEach((other, j) => {
        hessianRow[j] = (hessianRow[j] ?? 0) + p * (1 - p) * value * other;
      });
    });
  });
  return { gradient, hessian };
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** log(1 + exp(x)), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** Gauss–Jordan with row exchange; null for a matrix that has no inverse. */
function invert(matrix: readonly (readonly number[])[]): number[][] | null {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    const magnitude = (row: number) => Math.abs(rows[row]?.[column] ?? 0);
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (magnitude(row) > magnitude(pivot)) pivot = row;
    if (!(magnitude(pivot) > 1e-12)) return null;
    const pivotRow = (rows[pivot] ?? []).map((value) => value / (rows[pivot]?.[column] ?? 1));
    rows[pivot] = rows[column] ?? [];
    rows[column] = pivotRow;
    for (let row = 0; row < size; row++) {
      const factor = row === column ? 0 : (rows[row]?.[column] ?? 0);
      if (factor !== 0) rows[row] = (rows[row] ?? []).map((value, j) => value - factor * (pivotRow[j] ?? 0));
    }
  }
  return rows.map((row) => row.slice(size));
}
