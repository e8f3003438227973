// Layer or RMS normalisation of every row, and the gradient.
#include "row_norm.h"

namespace laurel {

REGISTER_OP("LaurelLayerNorm")
    .Attr("T: {float, bfloat16}")
    .Attr("centred: bool")
    .Attr("epsilon: float")
    .Input("x: float")      // [N, D]
    .Input("gain: float")   // [D]
    .Input("bias: float")   // [D]
    .Output("y: T")         // [N, D]
    .Output("stats: float") // [N, 2]: mean, 1 / standard deviation
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class LayerNorm : public OpKernel {
  RowNorm norm_;

 public:
  explicit LayerNorm(OpKernelConstruction* c) : OpKernel(c), norm_(c) {}

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const float* x = Data<float>(c, 0);
    const ConstArray gain(Data<float>(c, 1), width), bias(Data<float>(c, 2), width);
    T* y = Output<T>(c, 0, c->input(0).shape());
    float* stats = Output<float>(c, 1, TensorShape({rows, 2}));
    if (!c->status().ok()) return;
    Parallel(c, rows, width * 4, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const auto [mean, scale] = norm_.Write(x + i * width, gain, bias, y + i * width);
        stats[2 * i] = mean;
        stats[2 * i + 1] = scale;
      }
    });
  }
};
LAUREL_KERNEL(LayerNorm);

// With x̂ = (x − mean) / deviation and t = dy · gain: dx = residual + (t − mean(t) − x̂ · mean(t · x̂)) / deviation,
// without mean(t) unless centred.
// The residual is the gradient that reaches x past the normalisation. dx leaves also as T and summed over rows: the gradient of
// the product and the bias that were added to x.
REGISTER_OP("LaurelLayerNormGrad")
    .Attr("T: {float, bfloat16}")
    .Attr("centred: bool")
    .Input("dy: T")           // [N, D]
    .Input("x: float")        // [N, D]
    .Input("stats: float")    // [N, 2]
    .Input("gain: float")     // [D]
    .Input("residual: float") // [N, D]
    .Output("dx: float")      // [N, D]
    .Output("dx_cast: T")     // [N, D]
    .Output("dgain: float")   // [D]
    .Output("dbias: float")   // [D]
    .Output("dx_sum: float")  // [D]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class LayerNormGrad : public OpKernel {
  bool centred_;

 public:
  explicit LayerNormGrad(OpKernelConstruction* c) : OpKernel(c) { OP_REQUIRES_OK(c, c->GetAttr("centred", &centred_)); }

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(1).dim_size(0), width = c->input(1).dim_size(1);
    const T* dy = Data<T>(c, 0);
    const float *x = Data<float>(c, 1), *stats = Data<float>(c, 2), *residual = Data<float>(c, 4);
    const ConstArray gain(Data<float>(c, 3), width);
    float* dx = Output<float>(c, 0, c->input(1).shape());
    T* dx_cast = Output<T>(c, 1, c->input(1).shape());
    float* outputs[3];
    for (int i = 0; i < 3; i++) outputs[i] = Output<float>(c, 2 + i, TensorShape({width}));
    if (!c->status().ok()) return;
    Buffer total(3 * width);
    ParallelSums(c, rows, width * 10, 3 * width, total.data(), [&](int64_t begin, int64_t end, float* sums) {
      Array dgain(sums, width), dbias(sums + width, width), column(sums + 2 * width, width);
      Eigen::ArrayXf d(width), normal(width);
      for (int64_t i = begin; i < end; i++) {
        const float mean = stats[2 * i], scale = stats[2 * i + 1];
        ReadRow(dy + i * width, d.data(), width);
        normal = (ConstArray(x + i * width, width) - mean) * scale;
        dgain += d * normal;
        dbias += d;
        d *= gain;
        const float offset = centred_ ? d.mean() : 0.f, slope = (d * normal).mean();
        Array out(dx + i * width, width);
        out = ConstArray(residual + i * width, width) + scale * (d - offset - normal * slope);
        column += out;
        WriteRow(dx + i * width, dx_cast + i * width, width);
      }
    });
    for (int i = 0; i < 3; i++) std::memcpy(outputs[i], &total[i * width], width * sizeof(float));
  }
};
LAUREL_KERNEL(LayerNormGrad);

}  // namespace laurel
