// Bias of queries, keys and values, then rotary positions of queries and keys, and the gradient.
#include "rotation.h"

namespace laurel {

REGISTER_OP("LaurelRotary")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("x: T")           // [N, W], without bias
    .Input("bias: float")    // [W]
    .Input("cosines: float") // [N, half of the features that turn]
    .Input("sines: float")   // the same
    .Output("y: T")          // [N, W]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class Rotary : public OpKernel {
  HeadAttributes heads_;

 public:
  explicit Rotary(OpKernelConstruction* c) : OpKernel(c), heads_(c) {}

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const HeadLayout layout = heads_.Layout(width);
    const T* x = Data<T>(c, 0);
    const ConstArray bias(Data<float>(c, 1), width);
    T* y = Output<T>(c, 0, c->input(0).shape());
    if (!c->status().ok()) return;
    Parallel(c, rows, width * 8, [&](int64_t begin, int64_t end) {
      Rotation rotation(c, 2, 3, 1.f);
      Buffer row(width);
      for (int64_t i = begin; i < end; i++) {
        ReadRow(x + i * width, row.data(), width);
        Array(row.data(), width) += bias;
        rotation.Turn(i, layout, row.data());
        WriteRow(row.data(), y + i * width, width);
      }
    });
  }
};
LAUREL_KERNEL(Rotary);

// A rotation's transpose is the rotation back.
REGISTER_OP("LaurelRotaryGrad")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("dy: T")          // [N, W]
    .Input("cosines: float") // [N, half of the features that turn]
    .Input("sines: float")   // the same
    .Output("dx: T")         // [N, W]
    .Output("dbias: float")  // [W]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class RotaryGrad : public OpKernel {
  HeadAttributes heads_;

 public:
  explicit RotaryGrad(OpKernelConstruction* c) : OpKernel(c), heads_(c) {}

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const HeadLayout layout = heads_.Layout(width);
    const T* dy = Data<T>(c, 0);
    T* dx = Output<T>(c, 0, c->input(0).shape());
    float* dbias = Output<float>(c, 1, TensorShape({width}));
    if (!c->status().ok()) return;
    ParallelSums(c, rows, width * 8, width, dbias, [&](int64_t begin, int64_t end, float* sums) {
      Rotation rotation(c, 1, 2, -1.f);
      Buffer row(width);
      for (int64_t i = begin; i < end; i++) {
        ReadRow(dy + i * width, row.data(), width);
        rotation.Turn(i, layout, row.data());
        Array(sums, width) += ConstArray(row.data(), width);
        WriteRow(row.data(), dx + i * width, width);
      }
    });
  }
};
LAUREL_KERNEL(RotaryGrad);

}  // namespace laurel
