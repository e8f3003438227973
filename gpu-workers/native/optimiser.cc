// What is done to all parameters at once: AdamW in place, and the norm of all gradients. One op for the whole model.
#include "common.h"

namespace laurel {

constexpr int64_t kBlock = 16384;

/// Calls `work(tensor, begin, end)` on blocks of elements of the first `tensors` inputs; the same blocks on every run.
static void ParallelBlocks(OpKernelContext* c, int tensors, int64_t cost,
                           const std::function<void(int64_t, int, int64_t, int64_t)>& work) {
  struct Block {
    int tensor;
    int64_t begin, end;
  };
  std::vector<Block> blocks;
  for (int t = 0; t < tensors; t++)
    for (int64_t n = c->input(t).NumElements(), begin = 0; begin < n; begin += kBlock)
      blocks.push_back({t, begin, std::min(begin + kBlock, n)});
  Parallel(c, blocks.size(), kBlock * cost, [&](int64_t first, int64_t last) {
    for (int64_t b = first; b < last; b++) work(b, blocks[b].tensor, blocks[b].begin, blocks[b].end);
  });
}

// Loshchilov & Hutter 2019, algorithm 2. Writes into its inputs: parameters and moments are the caller's own buffers, which
// nothing else holds. `scalars`: learning rate, β₁, β₂, ε, decay (learning rate · weight decay), 1 − β₁ᵗ, 1 − β₂ᵗ, gradient scale.
REGISTER_OP("LaurelAdamW")
    .Attr("count: int")
    .Input("parameters: count * float")
    .Input("first_moments: count * float")
    .Input("second_moments: count * float")
    .Input("gradients: count * float")
    .Input("scalars: float") // [8]
    .SetIsStateful();

class AdamW : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int count = (c->num_inputs() - 1) / 4;
    const float* scalars = Data<float>(c, 4 * count);
    ParallelBlocks(c, count, 4, [&](int64_t, int t, int64_t begin, int64_t end) {
      const auto part = [&](int set) { return const_cast<float*>(Data<float>(c, set * count + t)) + begin; };
      Update(scalars, c->input(t).dims() == 2, end - begin, part(0), part(1), part(2), part(3));
    });
  }

 private:
  /// One pass over memory, which is what takes the time. Only matrices decay.
  static void Update(const float* s, bool decays, int64_t n, float* __restrict p, float* __restrict m, float* __restrict v,
                     const float* __restrict g) {
    const float rate = s[0], beta1 = s[1], beta2 = s[2], epsilon = s[3], scale = s[7];
    const float keep = decays ? 1.f - s[4] : 1.f, correct1 = s[5], root2 = std::sqrt(s[6]);
    // The corrections are taken out of the loop: η (m / c₁) / (√(v / c₂) + ε) = (η √c₂ / c₁) m / (√v + ε √c₂).
    const float step = rate * root2 / correct1, floor = epsilon * root2;
    for (int64_t i = 0; i < n; i++) {
      const float gradient = scale * g[i];
      m[i] = beta1 * m[i] + (1.f - beta1) * gradient;
      v[i] = beta2 * v[i] + (1.f - beta2) * gradient * gradient;
      p[i] = keep * p[i] - step * m[i] / (std::sqrt(v[i]) + floor);
    }
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelAdamW").Device(DEVICE_CPU), AdamW);

REGISTER_OP("LaurelSquaredNorm")
    .Attr("count: int")
    .Input("gradients: count * float")
    .Output("sum: float") // []
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

class SquaredNorm : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    int64_t blocks = 0;
    for (int t = 0; t < c->num_inputs(); t++) blocks += (c->input(t).NumElements() + kBlock - 1) / kBlock;
    std::vector<double> sums(blocks, 0.0);
    float* out = Output<float>(c, 0, TensorShape({}));
    if (!c->status().ok()) return;
    ParallelBlocks(c, c->num_inputs(), 1, [&](int64_t block, int t, int64_t begin, int64_t end) {
      sums[block] = ConstArray(Data<float>(c, t) + begin, end - begin).square().sum();
    });
    double total = 0;
    for (const double sum : sums) total += sum;
    *out = static_cast<float>(total);
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelSquaredNorm").Device(DEVICE_CPU), SquaredNorm);

}  // namespace laurel
