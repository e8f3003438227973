// Bias and GELU in GPT-2's tanh form (Hendrycks & Gimpel 2016), gelu(v) = v · σ(2 √(2/π) (v + 0.044715 v³)), and its gradient.
#include "common.h"

namespace laurel {

constexpr float kTwoRootTwoOverPi = 1.5957691216f;
constexpr float kCubic = 0.044715f;

REGISTER_OP("LaurelBiasGelu")
    .Attr("T: {float, bfloat16}")
    .Input("x: T")        // [N, F]
    .Input("bias: float") // [F]
    .Output("y: T")       // [N, F]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class BiasGelu : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const T* x = Data<T>(c, 0);
    const ConstArray bias(Data<float>(c, 1), width);
    T* y = Output<T>(c, 0, c->input(0).shape());
    if (!c->status().ok()) return;
    Parallel(c, rows, width * 8, [&](int64_t begin, int64_t end) {
      Eigen::ArrayXf v(width);
      for (int64_t i = begin; i < end; i++) {
        ReadRow(x + i * width, v.data(), width);
        v += bias;
        v /= 1.f + (-kTwoRootTwoOverPi * (v + kCubic * v.cube())).exp();
        WriteRow(v.data(), y + i * width, width);
      }
    });
  }
};
LAUREL_KERNEL(BiasGelu);

REGISTER_OP("LaurelBiasGeluGrad")
    .Attr("T: {float, bfloat16}")
    .Input("dy: T")         // [N, F]
    .Input("x: T")          // [N, F]
    .Input("bias: float")   // [F]
    .Output("dx: T")        // [N, F]
    .Output("dbias: float") // [F]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class BiasGeluGrad : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(1).dim_size(0), width = c->input(1).dim_size(1);
    const T *dy = Data<T>(c, 0), *x = Data<T>(c, 1);
    const ConstArray bias(Data<float>(c, 2), width);
    T* dx = Output<T>(c, 0, c->input(1).shape());
    float* dbias = Output<float>(c, 1, TensorShape({width}));
    if (!c->status().ok()) return;
    ParallelSums(c, rows, width * 12, width, dbias, [&](int64_t begin, int64_t end, float* sums) {
      Eigen::ArrayXf v(width), gate(width), d(width);
      for (int64_t i = begin; i < end; i++) {
        ReadRow(x + i * width, v.data(), width);
        ReadRow(dy + i * width, d.data(), width);
        v += bias;
        gate = 1.f / (1.f + (-kTwoRootTwoOverPi * (v + kCubic * v.cube())).exp());
        d *= gate + v * gate * (1.f - gate) * kTwoRootTwoOverPi * (1.f + 3.f * kCubic * v.square());
        Array(sums, width) += d;
        WriteRow(d.data(), dx + i * width, width);
      }
    });
  }
};
LAUREL_KERNEL(BiasGeluGrad);

}  // namespace laurel
