// Products of a few rows with large matrices, as sampling makes them: a matrix is read from memory once for all rows, front to
// back. Every row's sums are made in the same order, whatever rows it is computed with.
#pragma once

#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

#include "lanes.h"
#include "team.h"

namespace laurel {

/// Columns of a matrix that lie together in memory.
constexpr int64_t kStrip = 2 * kLaneCount;

/// Rows of a strip that lie interleaved, element by element: the processor multiplies bfloat16 in pairs.
template <typename T>
constexpr int64_t kInterleaved = 1;
#ifdef __AVX512BF16__
template <>
constexpr int64_t kInterleaved<bfloat16> = 2;
#endif

/// A few rows, each padded with zeros to whole strips.
template <typename T>
struct Rows {
  int64_t count, width, stride;
  std::vector<T, Eigen::aligned_allocator<T>> data;

  Rows(int64_t count, int64_t width) : count(count), width(width), stride(RoundUp(width, kStrip)), data(count * stride, T(0.f)) {}

  T* row(int64_t i) { return &data[i * stride]; }
  const T* row(int64_t i) const { return &data[i * stride]; }
};

/// A matrix [K, N] cut into strips of columns: [⌈N / 32⌉, K, 32], as LaurelStrips makes it.
template <typename T>
struct Strips {
  const T* data;
  int64_t count, depth;

  explicit Strips(const Tensor& tensor) : data(tensor.flat<T>().data()), count(tensor.dim_size(0)), depth(tensor.dim_size(1)) {}
};

/// kRows rows of `x` times a strip, to `y`.
template <int kRows, typename T>
void StripProduct(const T* x, int64_t x_stride, const T* strip, int64_t depth, float* y, int64_t y_stride) {
  Lanes sums[kRows][2] = {};
  for (int64_t k = 0; k < depth; k += kInterleaved<T>, strip += kInterleaved<T> * kStrip) {
#ifdef __AVX512BF16__
    if constexpr (kInterleaved<T> == 2) {
      const __m512bh left = (__m512bh)_mm512_loadu_si512(strip), right = (__m512bh)_mm512_loadu_si512(strip + kStrip);
      for (int r = 0; r < kRows; r++) {
        int pair;
        std::memcpy(&pair, x + r * x_stride + k, sizeof(pair));
        const __m512bh both = (__m512bh)_mm512_set1_epi32(pair);
        sums[r][0] = (Lanes)_mm512_dpbf16_ps((__m512)sums[r][0], both, left);
        sums[r][1] = (Lanes)_mm512_dpbf16_ps((__m512)sums[r][1], both, right);
      }
      continue;
    }
#endif
    const Lanes left = LoadLanes(strip), right = LoadLanes(strip + kLaneCount);
    for (int r = 0; r < kRows; r++) {
      const float element = static_cast<float>(x[r * x_stride + k]);
      sums[r][0] += element * left;
      sums[r][1] += element * right;
    }
  }
  for (int r = 0; r < kRows; r++)
    for (int half = 0; half < 2; half++) StoreLanes(sums[r][half], y + r * y_stride + half * kLaneCount);
}

/// y = x · W
template <typename T>
void Product(Team& team, const Rows<T>& x, const Strips<T>& w, Rows<float>& y) {
  team.Run(w.count, [&](int64_t s) {
    const T* strip = w.data + s * w.depth * kStrip;
    const auto rows = [&](auto kRows, int64_t r) {
      StripProduct<kRows>(x.row(r), x.stride, strip, w.depth, y.row(r) + s * kStrip, y.stride);
    };
    int64_t r = 0;
    for (; r + 8 <= x.count; r += 8) rows(std::integral_constant<int, 8>(), r);
    for (; r + 4 <= x.count; r += 4) rows(std::integral_constant<int, 4>(), r);
    for (; r < x.count; r++) rows(std::integral_constant<int, 1>(), r);
  });
}

}  // namespace laurel
