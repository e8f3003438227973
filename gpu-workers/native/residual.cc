// The residual stream's small steps: adding a product and its bias, and turning the stream's gradient into a product's.
#include "common.h"

namespace laurel {

REGISTER_OP("LaurelBiasResidual")
    .Attr("T: {float, bfloat16}")
    .Input("residual: float") // [N, D]
    .Input("x: T")            // [N, D]
    .Input("bias: float")     // [D]
    .Output("y: float")       // [N, D]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class BiasResidual : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const float* residual = Data<float>(c, 0);
    const T* x = Data<T>(c, 1);
    const ConstArray bias(Data<float>(c, 2), width);
    float* y = Output<float>(c, 0, c->input(0).shape());
    if (!c->status().ok()) return;
    Parallel(c, rows, width * 2, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        Array out(y + i * width, width);
        ReadRow(x + i * width, y + i * width, width);
        out += ConstArray(residual + i * width, width) + bias;
      }
    });
  }
};
LAUREL_KERNEL(BiasResidual);

REGISTER_OP("LaurelCastSum")
    .Attr("T: {float, bfloat16}")
    .Input("x: float")     // [N, D]
    .Output("y: T")        // [N, D]
    .Output("sums: float") // [D]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class CastSum : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const float* x = Data<float>(c, 0);
    T* y = Output<T>(c, 0, c->input(0).shape());
    float* total = Output<float>(c, 1, TensorShape({width}));
    if (!c->status().ok()) return;
    ParallelSums(c, rows, width * 2, width, total, [&](int64_t begin, int64_t end, float* sums) {
      for (int64_t i = begin; i < end; i++) {
        Array(sums, width) += ConstArray(x + i * width, width);
        WriteRow(x + i * width, y + i * width, width);
      }
    });
  }
};
LAUREL_KERNEL(CastSum);

}  // namespace laurel
