// Layer normalisation (Ba et al. 2016) or RMS normalisation (Zhang & Sennrich 2019) of one row, without what a gradient needs.
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

  template <typename T>
  void Write(const float* x, const ConstArray& gain, const ConstArray& bias, T* y) const {
    const ConstArray row(x, gain.size());
    const float mean = centred_ ? row.mean() : 0.f;
    const float scale = 1.f / std::sqrt((row - mean).square().mean() + epsilon_);
    const Eigen::ArrayXf out = (row - mean) * scale * gain + bias;
    WriteRow(out.data(), y, out.size());
  }
};

}  // namespace laurel
