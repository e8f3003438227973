// Layer normalisation (Ba et al. 2016) of one row. With `centred` false it is RMS normalisation (Zhang & Sennrich 2019): the mean
// counts as 0.
#pragma once

#include "common.h"

namespace laurel {

class RowNorm {
  bool centred_ = false; // whether the mean is taken away
  float epsilon_ = 0;

 public:
  explicit RowNorm(OpKernelConstruction* c) {
    OP_REQUIRES_OK(c, c->GetAttr("centred", &centred_));
    OP_REQUIRES_OK(c, c->GetAttr("epsilon", &epsilon_));
  }

  struct Statistics {
    float mean, scale; // scale: 1 / standard deviation
  };

  /// What the gradient needs is answered.
  template <typename T>
  Statistics Write(const float* x, const ConstArray& gain, const ConstArray& bias, T* y) const {
    const ConstArray row(x, gain.size());
    const float mean = centred_ ? row.mean() : 0.f;
    const float scale = 1.f / std::sqrt((row - mean).square().mean() + epsilon_);
    static thread_local Eigen::ArrayXf out; // rows are many
    out = (row - mean) * scale * gain + bias;
    WriteRow(out.data(), y, out.size());
    return {mean, scale};
  }
};

}  // namespace laurel
