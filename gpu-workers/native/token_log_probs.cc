// log softmax(logits / temperature) at one target a row, its entropy, and the gradient of the former.
#include "common.h"

namespace laurel {

REGISTER_OP("LaurelTokenLogProbs")
    .Attr("temperature: float")
    .Input("logits: float")  // [R, V]
    .Input("targets: int32") // [R]
    .Output("y: float")      // [3, R]: log-probability, entropy in nats, log of the softmax's denominator
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

class TokenLogProbs : public OpKernel {
  float temperature_;

 public:
  explicit TokenLogProbs(OpKernelConstruction* c) : OpKernel(c) {
    OP_REQUIRES_OK(c, c->GetAttr("temperature", &temperature_));
  }

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), vocabulary = c->input(0).dim_size(1);
    const float* logits = Data<float>(c, 0);
    const int32_t* targets = Data<int32_t>(c, 1);
    for (int64_t i = 0; i < rows; i++)
      OP_REQUIRES(c, targets[i] >= 0 && targets[i] < vocabulary,
                  errors::InvalidArgument("target ", targets[i], " is outside of the vocabulary of ", vocabulary));
    float* y = Output<float>(c, 0, TensorShape({3, rows}));
    if (!c->status().ok()) return;
    Parallel(c, rows, vocabulary * 6, [&](int64_t begin, int64_t end) {
      Eigen::ArrayXf scaled(vocabulary), weight(vocabulary);
      for (int64_t i = begin; i < end; i++) {
        scaled = ConstArray(logits + i * vocabulary, vocabulary) / temperature_;
        const float highest = scaled.maxCoeff();
        weight = (scaled - highest).exp();
        const float total = weight.sum(), denominator = highest + std::log(total);
        y[i] = scaled[targets[i]] - denominator;
        y[rows + i] = denominator - (weight * scaled).sum() / total;
        y[2 * rows + i] = denominator;
      }
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelTokenLogProbs").Device(DEVICE_CPU), TokenLogProbs);

// d logits = dy (1[target] − softmax) / temperature.
REGISTER_OP("LaurelTokenLogProbsGrad")
    .Attr("temperature: float")
    .Input("dy: float")      // [R]
    .Input("logits: float")  // [R, V]
    .Input("targets: int32") // [R]
    .Input("y: float")       // [3, R], as from LaurelTokenLogProbs
    .Output("dlogits: float") // [R, V]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

class TokenLogProbsGrad : public OpKernel {
  float temperature_;

 public:
  explicit TokenLogProbsGrad(OpKernelConstruction* c) : OpKernel(c) {
    OP_REQUIRES_OK(c, c->GetAttr("temperature", &temperature_));
  }

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(1).dim_size(0), vocabulary = c->input(1).dim_size(1);
    const float *dy = Data<float>(c, 0), *logits = Data<float>(c, 1), *denominator = Data<float>(c, 3) + 2 * rows;
    const int32_t* targets = Data<int32_t>(c, 2);
    float* dlogits = Output<float>(c, 0, c->input(1).shape());
    if (!c->status().ok()) return;
    Parallel(c, rows, vocabulary * 4, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const float slope = dy[i] / temperature_;
        Array row(dlogits + i * vocabulary, vocabulary);
        row = -slope * (ConstArray(logits + i * vocabulary, vocabulary) / temperature_ - denominator[i]).exp();
        row[targets[i]] += slope;
      }
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelTokenLogProbsGrad").Device(DEVICE_CPU), TokenLogProbsGrad);

}  // namespace laurel
