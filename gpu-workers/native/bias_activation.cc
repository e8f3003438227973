// Bias and the activation of an MLP, with its gradient.
#include "activations.h"

namespace laurel {

template <typename T, typename Activation>
class BiasActivation : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), inputs = c->input(0).dim_size(1), width = inputs / Activation::kParts;
    const T* x = Data<T>(c, 0);
    const float* bias = Data<float>(c, 1);
    T* y = Output<T>(c, 0, TensorShape({rows, width}));
    if (!c->status().ok()) return;
    Parallel(c, rows, inputs * 2, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) Activate<Activation>(x + i * inputs, bias, width, y + i * width);
    });
  }
};

template <typename T, typename Activation>
class BiasActivationGrad : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(1).dim_size(0), inputs = c->input(1).dim_size(1), width = inputs / Activation::kParts;
    const T *dy = Data<T>(c, 0), *x = Data<T>(c, 1);
    const float* bias = Data<float>(c, 2);
    T* dx = Output<T>(c, 0, c->input(1).shape());
    float* dbias = Output<float>(c, 1, TensorShape({inputs}));
    if (!c->status().ok()) return;
    ParallelSums(c, rows, inputs * 3, inputs, dbias, [&](int64_t begin, int64_t end, float* sums) {
      for (int64_t i = begin; i < end; i++)
        BySixteens(width, [&](int64_t j, auto count) {
          Lanes v[Activation::kParts];
          const auto at = [&](int part) { return part * width + j; };
          for (int part = 0; part < Activation::kParts; part++)
            v[part] = LoadLanes(x + i * inputs + at(part), count) + LoadLanes(bias + at(part), count);
          Activation::Backward(v, LoadLanes(dy + i * width + j, count));
          for (int part = 0; part < Activation::kParts; part++) {
            StoreLanes(LoadLanes(sums + at(part), count) + v[part], sums + at(part), count);
            StoreLanes(v[part], dx + i * inputs + at(part), count);
          }
        });
    });
  }
};

// F outputs a row, P inputs for each.
#define LAUREL_BIAS_ACTIVATION(Activation)                            \
  REGISTER_OP("LaurelBias" #Activation)                               \
      .Attr("T: {float, bfloat16}")                                   \
      .Input("x: T")        /* [N, PF] */                             \
      .Input("bias: float") /* [PF] */                                \
      .Output("y: T")       /* [N, F] */                              \
      .SetShapeFn(tensorflow::shape_inference::UnknownShape);         \
  REGISTER_OP("LaurelBias" #Activation "Grad")                        \
      .Attr("T: {float, bfloat16}")                                   \
      .Input("dy: T")         /* [N, F] */                            \
      .Input("x: T")          /* [N, PF] */                           \
      .Input("bias: float")   /* [PF] */                              \
      .Output("dx: T")        /* [N, PF] */                           \
      .Output("dbias: float") /* [PF] */                              \
      .SetShapeFn(tensorflow::shape_inference::UnknownShape);         \
  template <typename T>                                               \
  using Bias##Activation = BiasActivation<T, Activation>;             \
  template <typename T>                                               \
  using Bias##Activation##Grad = BiasActivationGrad<T, Activation>;   \
  LAUREL_KERNEL(Bias##Activation);                                    \
  LAUREL_KERNEL(Bias##Activation##Grad)

LAUREL_BIAS_ACTIVATION(GeluTanh);
LAUREL_BIAS_ACTIVATION(Gelu);
LAUREL_BIAS_ACTIVATION(Swiglu);

}  // namespace laurel
