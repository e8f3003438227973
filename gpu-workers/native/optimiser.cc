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
    const float* s = Data<float>(c, 4 * count);
    const float rate = s[0], beta1 = s[1], beta2 = s[2], epsilon = s[3], decay = s[4], correct1 = s[5], correct2 = s[6],
                scale = s[7];
    ParallelBlocks(c, count, 8, [&](int64_t, int t, int64_t begin, int64_t end) {
      const auto part = [&](int set) { return Array(const_cast<float*>(Data<float>(c, set * count + t)) + begin, end - begin); };
      Array p = part(0), m = part(1), v = part(2);
      const Array g = part(3);
      m = beta1 * m + (1.f - beta1) * scale * g;
      v = beta2 * v + (1.f - beta2) * (scale * g).square();
      // Only matrices decay.
      const float keep = c->input(t).dims() == 2 ? 1.f - decay : 1.f;
      p = keep * p - rate * (m / correct1) / ((v / correct2).sqrt() + epsilon);
    });
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
