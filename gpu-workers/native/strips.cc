// A weight matrix as the products of few rows read it.
#include "few_rows.h"

namespace laurel {

REGISTER_OP("LaurelStrips")
    .Attr("T: {float, bfloat16}")
    .Attr("transposed: bool") // whether x is [N, K]
    .Input("x: float")        // [K, N]
    .Output("y: T")           // [⌈N / 32⌉, K, 32], K padded to whole pairs; zeros where there is no element
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class MakeStrips : public OpKernel {
  bool transposed_;

 public:
  explicit MakeStrips(OpKernelConstruction* c) : OpKernel(c) { OP_REQUIRES_OK(c, c->GetAttr("transposed", &transposed_)); }

  void Compute(OpKernelContext* c) override {
    constexpr int64_t kTogether = kInterleaved<T>;
    const int64_t rows = c->input(0).dim_size(transposed_ ? 1 : 0), columns = c->input(0).dim_size(transposed_ ? 0 : 1);
    const int64_t strips = RoundUp(columns, kStrip) / kStrip, depth = RoundUp(rows, kTogether);
    const float* x = Data<float>(c, 0);
    T* y = Output<T>(c, 0, TensorShape({strips, depth, kStrip}));
    if (!c->status().ok()) return;
    Parallel(c, strips, depth * kStrip * 4, [&](int64_t begin, int64_t end) {
      Buffer strip(depth * kStrip);
      for (int64_t s = begin; s < end; s++) {
        std::fill(strip.begin(), strip.end(), 0.f);
        const int64_t first = s * kStrip, count = std::min(kStrip, columns - first);
        for (int64_t k = 0; k < rows; k++) {
          float* to = &strip[k / kTogether * kTogether * kStrip + k % kTogether];
          for (int64_t j = 0; j < count; j++)
            to[j * kTogether] = transposed_ ? x[(first + j) * rows + k] : x[k * columns + first + j];
        }
        WriteRow(strip.data(), y + s * depth * kStrip, depth * kStrip);
      }
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelStrips").Device(DEVICE_CPU).TypeConstraint<float>("T"), MakeStrips<float>);
REGISTER_KERNEL_BUILDER(Name("LaurelStrips").Device(DEVICE_CPU).TypeConstraint<bfloat16>("T"), MakeStrips<bfloat16>);

}  // namespace laurel
