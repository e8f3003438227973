// The next token of every row, drawn from its distribution: final norm, logits, softmax and choice, of which no logit leaves.
#include "few_rows.h"
#include "row_norm.h"

namespace laurel {

REGISTER_OP("LaurelSampleTokens")
    .Attr("centred: bool") // whether the norm is
    .Attr("epsilon: float")
    .Attr("vocabulary: int")
    .Attr("temperature: float") // 0 takes the likeliest token
    .Input("stream: float")   // [B, D]
    .Input("gain: float")     // [D]
    .Input("bias: float")     // [D]
    .Input("head: float")     // LaurelStrips of [D, V]
    .Input("uniforms: float") // [B, 2]: each the sum of two floats, for one has too few digits
    .Output("tokens: int32")  // [B]
    .Output("log_probs: float") // [B], nats; at temperature 1 where it is 0
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

/// As `chooseToken` of packages/learning, but that exponentials are float32.
class TokenChoice {
  static constexpr int64_t kPart = 256;
  const ConstArray logits_;
  const float highest_, scale_;
  Eigen::ArrayXf weights_;
  std::vector<double> sums_; // of the parts' weights
  double sum_ = 0;

 public:
  TokenChoice(const float* logits, int64_t vocabulary, float temperature)
      : logits_(logits, vocabulary), highest_(logits_.maxCoeff()), scale_(temperature == 0.f ? 1.f : 1.f / temperature) {
    weights_ = ((logits_ - highest_) * scale_).exp();
    for (int64_t first = 0; first < vocabulary; first += kPart) {
      sums_.push_back(weights_.segment(first, std::min(kPart, vocabulary - first)).cast<double>().sum());
      sum_ += sums_.back();
    }
  }

  int32_t Likeliest() const {
    int32_t v = 0;
    while (v + 1 < logits_.size() && logits_[v] != highest_) v++;
    return v;
  }

  /// The first token at which the sum of probabilities exceeds `uniform`.
  int32_t At(double uniform) const {
    const double target = uniform * sum_;
    double before = 0;
    for (size_t part = 0; part < sums_.size(); before += sums_[part++]) {
      if (before + sums_[part] <= target) continue;
      double sum = before;
      const int64_t first = part * kPart, end = std::min<int64_t>(first + kPart, weights_.size());
      for (int64_t v = first; v < end; v++)
        if ((sum += weights_[v]) > target) return v;
    }
    // Rounding left the target at the very end: the last token that has any probability.
    int32_t v = weights_.size() - 1;
    while (v > 0 && weights_[v] == 0.f) v--;
    return v;
  }

  float LogProb(int32_t token) const { return (logits_[token] - highest_) * scale_ - std::log(sum_); }
};

class SampleTokens : public OpKernel {
  RowNorm norm_;
  float temperature_;
  int64_t vocabulary_;

 public:
  explicit SampleTokens(OpKernelConstruction* c) : OpKernel(c), norm_(c) {
    OP_REQUIRES_OK(c, c->GetAttr("vocabulary", &vocabulary_));
    OP_REQUIRES_OK(c, c->GetAttr("temperature", &temperature_));
  }

  void Compute(OpKernelContext* c) override {
    const int64_t count = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const ConstArray gain(Data<float>(c, 1), width), bias(Data<float>(c, 2), width);
    const float *stream = Data<float>(c, 0), *uniforms = Data<float>(c, 4);
    int32_t* tokens = Output<int32_t>(c, 0, TensorShape({count}));
    float* log_probs = Output<float>(c, 1, TensorShape({count}));
    if (!c->status().ok()) return;
    Team team(c);
    Rows<float> hidden(count, width), logits(count, vocabulary_);
    for (int64_t i = 0; i < count; i++) norm_.Write(stream + i * width, gain, bias, hidden.row(i));
    Product(team, hidden, Strips<float>(c->input(3)), logits);
    team.Run(count, [&](int64_t i) {
      const TokenChoice choice(logits.row(i), vocabulary_, temperature_);
      const double uniform = static_cast<double>(uniforms[2 * i]) + uniforms[2 * i + 1];
      tokens[i] = temperature_ == 0.f ? choice.Likeliest() : choice.At(uniform);
      log_probs[i] = choice.LogProb(tokens[i]);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelSampleTokens").Device(DEVICE_CPU), SampleTokens);

}  // namespace laurel
