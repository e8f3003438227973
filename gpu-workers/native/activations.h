// Activations of an MLP with their gradients: GELU (Hendrycks & Gimpel 2016) in GPT-2's tanh form and by the error function, and
// SwiGLU (Shazeer 2020).
#pragma once

#include <unsupported/Eigen/SpecialFunctions>

#include "common.h"

namespace laurel {

using Values = Eigen::ArrayXf;

/// v · σ(2 √(2/π) (v + 0.044715 v³)), which is ½ v (1 + tanh(√(2/π) (v + 0.044715 v³))).
struct GeluTanh {
  static constexpr int kParts = 1; // inputs for each output
  static constexpr float kTwoRootTwoOverPi = 1.5957691216f, kCubic = 0.044715f;

  static void Forward(Values& v, Values& y) { y = v / (1.f + (-kTwoRootTwoOverPi * (v + kCubic * v.cube())).exp()); }

  /// Turns v into its gradient, given that of y.
  static void Backward(Values& v, const Values& dy) {
    const Values gate = 1.f / (1.f + (-kTwoRootTwoOverPi * (v + kCubic * v.cube())).exp());
    v = dy * (gate + v * gate * (1.f - gate) * kTwoRootTwoOverPi * (1.f + 3.f * kCubic * v.square()));
  }
};

/// v · Φ(v), Φ the normal distribution.
struct Gelu {
  static constexpr int kParts = 1;
  static constexpr float kRootHalf = 0.70710678119f, kRootHalfOverPi = 0.39894228040f;

  static void Forward(Values& v, Values& y) { y = 0.5f * v * (1.f + (kRootHalf * v).erf()); }

  static void Backward(Values& v, const Values& dy) {
    v = dy * (0.5f * (1.f + (kRootHalf * v).erf()) + v * kRootHalfOverPi * (-0.5f * v.square()).exp());
  }
};

/// silu(gate) · up, of gate and up side by side.
struct Swiglu {
  static constexpr int kParts = 2;

  static void Forward(Values& v, Values& y) {
    const int64_t width = y.size();
    y = v.head(width) / (1.f + (-v.head(width)).exp()) * v.tail(width);
  }

  static void Backward(Values& v, const Values& dy) {
    const int64_t width = dy.size();
    const Values open = 1.f / (1.f + (-v.head(width)).exp()), up = dy * v.tail(width);
    v.tail(width) = dy * v.head(width) * open;
    v.head(width) = up * open * (1.f + v.head(width) * (1.f - open));
  }
};

}  // namespace laurel
