// Rotary positions (Su et al. 2021). Feature i of a head's first half turns with feature i of its second by position · frequency i
// (GPT-NeoX's halves, not the paper's neighbours); features past both halves stay as they are.
#pragma once

#include "attention.h"

namespace laurel {

/// Cosines and sines [N, half] of each row's angles.
class Rotation {
  const float *cosines_, *sines_;
  const int64_t half_;
  const float sign_;
  Eigen::ArrayXf first_, second_;

 public:
  Rotation(OpKernelContext* c, int cosines, int sines, float sign)
      : cosines_(Data<float>(c, cosines)), sines_(Data<float>(c, sines)), half_(c->input(cosines).dim_size(1)), sign_(sign) {}

  /// Turns all heads of a row of queries and keys, by ±its angles.
  void Turn(int64_t row, const HeadLayout& layout, float* x) {
    const ConstArray cosines(cosines_ + row * half_, half_), sines(sines_ + row * half_, half_);
    for (int64_t head = 0; head < layout.heads + layout.kv_heads; head++) {
      Array a(x + head * layout.size, half_), b(x + head * layout.size + half_, half_);
      first_ = a * cosines - sign_ * b * sines;
      second_ = b * cosines + sign_ * a * sines;
      a = first_;
      b = second_;
    }
  }
};

}  // namespace laurel
