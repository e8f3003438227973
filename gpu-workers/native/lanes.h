// Sixteen numbers worked on at once: one register of AVX-512, several of a smaller processor.
#pragma once

#include "common.h"

namespace laurel {

typedef float Lanes __attribute__((vector_size(64)));

constexpr int64_t kLaneCount = sizeof(Lanes) / sizeof(float);

inline Lanes LoadLanes(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

inline Lanes LoadLanes(const bfloat16* from) {
  typedef uint16_t Halves __attribute__((vector_size(32)));
  typedef uint32_t Bits __attribute__((vector_size(64)));
  Halves halves;
  std::memcpy(&halves, from, sizeof(halves));
  return (Lanes)(__builtin_convertvector(halves, Bits) << 16);
}

inline void StoreLanes(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof(lanes)); }

inline void StoreLanes(const Lanes& lanes, bfloat16* to) { WriteRow(reinterpret_cast<const float*>(&lanes), to, kLaneCount); }

/// Calls `work(first, count)` on each sixteen of n, and on those that are left.
template <typename Work>
void BySixteens(int64_t n, const Work& work) {
  int64_t first = 0;
  for (; first + kLaneCount <= n; first += kLaneCount) work(first, std::integral_constant<int64_t, kLaneCount>());
  if (first < n) work(first, n - first);
}

/// The first `count` lanes; zeros in the others.
template <typename T>
Lanes LoadLanes(const T* from, int64_t count) {
  if (count == kLaneCount) return LoadLanes(from);
  T some[kLaneCount] = {};
  std::copy_n(from, count, some);
  return LoadLanes(some);
}

template <typename T>
void StoreLanes(const Lanes& lanes, T* to, int64_t count) {
  if (count == kLaneCount) return StoreLanes(lanes, to);
  T all[kLaneCount];
  StoreLanes(lanes, all);
  std::copy_n(all, count, to);
}

/// e^x to a relative error of 3e-7 + 3e-8 |x|, with x held between −87 and 88.
inline Lanes Exp(Lanes x) {
  typedef int32_t Integers __attribute__((vector_size(64)));
  x = x < -87.f ? -87.f + Lanes{} : x > 88.f ? 88.f + Lanes{} : x;
  const Integers whole = __builtin_convertvector(x * 1.44269504f + 128.5f, Integers) - 128; // conversion cuts towards 0
  const Lanes rest = x - __builtin_convertvector(whole, Lanes) * 0.69314718f; // within ± ½ ln 2
  Lanes y = rest * (1.f / 720) + 1.f / 120; // Taylor's series, whose next term is below 2e-7
  for (const float coefficient : {1.f / 24, 1.f / 6, 0.5f, 1.f, 1.f}) y = y * rest + coefficient;
  return (Lanes)((whole + 127) << 23) * y;
}

}  // namespace laurel
