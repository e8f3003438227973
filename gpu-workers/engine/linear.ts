import type { BlockProduct } from '@laurel/learning';
import type { AdapterParameter, BlockHandles } from './block-handles.ts';
import type { DecoderOps } from './decoder-ops.ts';
import type { Handle } from './tensorflow-ops.ts';

/** A product of a block without its bias: x·W, with LoRA + (alpha / rank) · (x·A)·B (Hu et al. 2021, eq. 3). [N, in] → [N, out] */
export function linear(ops: DecoderOps, weights: BlockHandles, name: BlockProduct, x: Handle): Handle {
  const product = ops.product(x, weights[`${name}.weight`]);
  const { lora } = ops.decoder;
  if (!lora) return product;
  const { a, b } = adapters(weights, name);
  const narrow = ops.scaledProduct(lora.alpha / lora.rank, x, a); // [N, r]
  const adapted = ops.add(product, ops.product(narrow, b));
  ops.scope.free(narrow);
  return adapted;
}

/**
 * The gradients of `linear`, given that of its product: of x, and of W or, with LoRA, of A and B alone. The narrow x·A is computed
 * again, which costs less than to keep it.
 */
export function linearGrad(
  ops: DecoderOps,
  weights: BlockHandles,
  name: BlockProduct,
  x: Handle,
  dy: Handle,
): { dx: Handle; gradients: Record<string, Handle> } {
  const dx = ops.product(dy, weights[`${name}.weight`], { b: true });
  const { lora } = ops.decoder;
  if (!lora) return { dx, gradients: { [`${name}.weight`]: ops.weightGradient(x, dy) } };
  const { a, b } = adapters(weights, name);
  const factor = lora.alpha / lora.rank;
  const narrow = ops.scaledProduct(factor, x, a); // [N, r]
  const dNarrow = ops.scaledProduct(factor, dy, b, { b: true }); // [N, r], that of x·A
  const gradients: Partial<Record<AdapterParameter, Handle>> = {
    [`${name}.lora_A`]: ops.weightGradient(x, dNarrow),
    [`${name}.lora_B`]: ops.weightGradient(narrow, dy),
  };
  const adapted = ops.add(dx, ops.product(dNarrow, a, { b: true }));
  ops.scope.free(narrow, dNarrow);
  return { dx: adapted, gradients };
}

function adapters(weights: BlockHandles, name: BlockProduct): { a: Handle; b: Handle } {
  return { a: weights[`${name}.lora_A`] as Handle, b: weights[`${name}.lora_B`] as Handle };
}
