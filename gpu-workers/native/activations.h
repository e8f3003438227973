// Activations of an MLP with their gradients, sixteen at a time: GELU (Hendrycks & Gimpel 2016) in GPT-2's tanh form and by the error
// function, and SwiGLU (Shazeer 2020).
//
// `Forward` answers y of kParts inputs; `Backward` turns these into their gradients, given that of y.
#pragma once

#include "lanes.h"

namespace laurel {

inline Lanes Sigmoid(const Lanes& x) { return 1.f / (1.f + Exp(-x)); }

/// v · σ(2 √(2/π) (v + 0.044715 v³)), which is ½ v (1 + tanh(√(2/π) (v + 0.044715 v³))).
struct GeluTanh {
  static constexpr int kParts = 1;
  static constexpr float kTwoRootTwoOverPi = 1.5957691216f, kCubic = 0.044715f;

  static Lanes Gate(const Lanes& v) { return Sigmoid(kTwoRootTwoOverPi * v * (1.f + kCubic * v * v)); }

  static Lanes Forward(const Lanes* v) { return *v * Gate(*v); }

  static void Backward(Lanes* v, const Lanes& dy) {
    const Lanes gate = Gate(*v);
    *v = dy * (gate + *v * gate * (1.f - gate) * kTwoRootTwoOverPi * (1.f + 3.f * kCubic * *v * *v));
  }
};

/// v · Φ(v), Φ the normal distribution.
struct Gelu {
  static constexpr int kParts = 1;
  static constexpr float kRootHalf = 0.70710678119f, kRootHalfOverPi = 0.39894228040f;

  /// Φ(v) to 1e-7 (Abramowitz & Stegun 1964, 7.1.26), given e^(−v²/2).
  static Lanes Normal(const Lanes& v, const Lanes& bell) {
    const Lanes x = kRootHalf * (v < 0.f ? -v : v), t = 1.f / (1.f + 0.3275911f * x);
    Lanes tail = t * 1.061405429f - 1.453152027f;
    for (const float coefficient : {1.421413741f, -0.284496736f, 0.254829592f}) tail = tail * t + coefficient;
    tail *= 0.5f * t * bell;
    return v < 0.f ? tail : 1.f - tail;
  }

  static Lanes Bell(const Lanes& v) { return Exp(-0.5f * v * v); }

  static Lanes Forward(const Lanes* v) { return *v * Normal(*v, Bell(*v)); }

  static void Backward(Lanes* v, const Lanes& dy) {
    const Lanes bell = Bell(*v);
    *v = dy * (Normal(*v, bell) + *v * kRootHalfOverPi * bell);
  }
};

/// silu(gate) · up, of gate and up.
struct Swiglu {
  static constexpr int kParts = 2;

  static Lanes Forward(const Lanes* v) { return v[0] * Sigmoid(v[0]) * v[1]; }

  static void Backward(Lanes* v, const Lanes& dy) {
    const Lanes open = Sigmoid(v[0]), up = dy * v[1];
    v[1] = dy * v[0] * open;
    v[0] = up * open * (1.f + v[0] * (1.f - open));
  }
};

/// One row through an activation: y [F] of x [P, F] and its bias.
template <typename Activation, typename X, typename Y>
void Activate(const X* x, const float* bias, int64_t width, Y* y) {
  BySixteens(width, [&](int64_t j, auto count) {
    Lanes v[Activation::kParts];
    for (int part = 0; part < Activation::kParts; part++)
      v[part] = LoadLanes(x + part * width + j, count) + LoadLanes(bias + part * width + j, count);
    StoreLanes(Activation::Forward(v), y + j, count);
  });
}

}  // namespace laurel
