// Products of small matrices in bfloat16 with float32 sums, and the exponential, for processors with AVX512-BF16. Attention's
// blocks are too small for a library's products, which rearrange both sides on every call.
#pragma once
#ifdef __AVX512BF16__

#include <immintrin.h>

#include "lanes.h"

namespace laurel {

/// Two neighbours along the axis that a product sums over, as the processor multiplies them.
using Pair = uint32_t;
using Pairs = std::vector<Pair, Eigen::aligned_allocator<Pair>>;

constexpr int64_t kTileRows = 8; // rows of C computed at once
constexpr int64_t kTileColumns = 2 * kLaneCount;

/// The left side A [m, 2k]: pair p of row r is at `data[r * row_stride + p * pair_stride]`.
struct LeftPairs {
  const Pair* data;
  int64_t row_stride, pair_stride;
};

/// C [m, n] = A [m, 2k] · B [2k, n], or C += where `kAdd`; pair p of B's column j is at `b[p * stride + j]`, and C has the same
/// stride. m is a multiple of kTileRows, n one of kTileColumns.
template <bool kAdd>
void PairProduct(const LeftPairs& a, const Pair* b, int64_t m, int64_t k, int64_t n, int64_t stride, float* c) {
  for (int64_t column = 0; column < n; column += kTileColumns) {
    for (int64_t row = 0; row < m; row += kTileRows) {
      __m512 sums[kTileRows][2];
      float* out = c + row * stride + column;
      for (int r = 0; r < kTileRows; r++)
        for (int half = 0; half < 2; half++)
          sums[r][half] = kAdd ? _mm512_loadu_ps(out + r * stride + half * kLaneCount) : _mm512_setzero_ps();
      const Pair* left = a.data + row * a.row_stride;
      for (int64_t p = 0; p < k; p++, left += a.pair_stride) {
        const __m512bh right0 = (__m512bh)_mm512_loadu_si512(b + p * stride + column);
        const __m512bh right1 = (__m512bh)_mm512_loadu_si512(b + p * stride + column + kLaneCount);
        for (int r = 0; r < kTileRows; r++) {
          const __m512bh both = (__m512bh)_mm512_set1_epi32(static_cast<int>(left[r * a.row_stride]));
          sums[r][0] = _mm512_dpbf16_ps(sums[r][0], both, right0);
          sums[r][1] = _mm512_dpbf16_ps(sums[r][1], both, right1);
        }
      }
      for (int r = 0; r < kTileRows; r++)
        for (int half = 0; half < 2; half++) _mm512_storeu_ps(out + r * stride + half * kLaneCount, sums[r][half]);
    }
  }
}

/// Of 16 floats, in the lower halves of 16 pairs.
inline __m512i LowerHalves(__m512 x) { return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x)); }

inline __m512i ToPairs(__m512 first, __m512 second) {
  return _mm512_or_si512(LowerHalves(first), _mm512_slli_epi32(LowerHalves(second), 16));
}

/// 16 floats in order, as 8 pairs.
inline void StorePairs(Pair* out, __m512 x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), (__m256i)_mm512_cvtneps_pbh(x));
}

/// 2^x for x ≤ 0, to a relative error of 2e-7 beside that of x's own rounding; what is below 2^−140 becomes that.
inline __m512 Exp2(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-140.f));
  const __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 rest = _mm512_sub_ps(x, whole); // in [−½, ½]
  // Taylor's series of 2^rest, whose sixth term is below 4e-7 of the sum here and is kept.
  __m512 y = _mm512_set1_ps(1.5403530e-4f);
  for (const float coefficient : {1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1.f})
    y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(coefficient));
  return _mm512_scalef_ps(y, whole);
}

}  // namespace laurel

#endif
