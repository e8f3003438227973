// Attention's blocks as products of pairs (pair_products.h): how a head's rows are laid out for them, for bfloat16 on processors that
// multiply it. attention_forward.h and attention_backward.h have the same in float32, for the others.
#pragma once
#ifdef __AVX512BF16__

#include "attention.h"
#include "pair_products.h"

namespace laurel {

constexpr float kLog2E = 1.44269504f;

/// Where keys lie side by side: those of the prefix, then those of a continuation, which begin at an even column; one column
/// before may be empty. Products are padded to whole tiles, with what the weight of 0 then hides.
struct Columns {
  int64_t prefix; // length

  int64_t begin(bool continuation) const { return continuation ? RoundUp(prefix, 2) : 0; }
  /// The empty column that a continuation's rows come past, or −1.
  int64_t gap(bool continuation) const { return continuation && prefix % 2 == 1 ? prefix : -1; }
};

/// What a row's columns take at least, padded, when its sequence has so many tokens.
inline int64_t PaddedColumns(int64_t tokens) { return RoundUp(tokens + 1, kTileColumns); }

/// Lanes of a register at `column` that lie before `end`.
inline __mmask16 LanesBefore(int64_t end, int64_t column) {
  const int64_t lanes = std::clamp<int64_t>(end - column, 0, kLaneCount);
  return static_cast<__mmask16>((1u << lanes) - 1);
}

/// Up to kBlockRows rows of one head in float32, padded with zeros to `width` features, written in each form that products take.
class RowBlock {
  const int64_t size_, width_;
  int64_t count_ = 0;
  Buffer rows_;

 public:
  explicit RowBlock(int64_t size) : size_(size), width_(RoundUp(size, kTileColumns)), rows_(kBlockRows * width_, 0.f) {}

  int64_t width() const { return width_; }
  float* row(int64_t i) { return &rows_[i * width_]; }

  template <typename ReadOne>
  void Read(int64_t count, const ReadOne& read) {
    count_ = count;
    for (int64_t i = 0; i < count; i++) read(i, row(i));
  }

  /// Pairs of features, row by row. [count, width / 2]
  void WriteRows(Pair* out) const {
    for (int64_t i = 0; i < count_ * width_; i += kLaneCount) StorePairs(out + i / 2, _mm512_loadu_ps(&rows_[i]));
  }

  /// Pairs of features, a column for each row. [width / 2, count], with `stride` from one pair to the next
  void WriteColumns(Pair* out, int64_t stride) const {
    constexpr int64_t kPairs = kLaneCount / 2;
    for (int64_t i = 0; i < count_; i++)
      for (int64_t j = 0; j < width_; j += kLaneCount) {
        Pair pairs[kPairs];
        StorePairs(pairs, _mm512_loadu_ps(&rows_[i * width_ + j]));
        for (int64_t p = 0; p < kPairs; p++) out[(j / 2 + p) * stride + i] = pairs[p];
      }
  }

  /// Pairs of rows; a last one without a neighbour goes with zeros. [⌈count / 2⌉, width]
  void WriteRowPairs(Pair* out) const {
    for (int64_t i = 0; i < count_; i += 2)
      for (int64_t j = 0; j < width_; j += kLaneCount) {
        const __m512 first = _mm512_loadu_ps(&rows_[i * width_ + j]);
        const __m512 second = i + 1 < count_ ? _mm512_loadu_ps(&rows_[(i + 1) * width_ + j]) : _mm512_setzero_ps();
        _mm512_storeu_si512(out + i / 2 * width_ + j, ToPairs(first, second));
      }
  }
};

/// Weights 2^(scale · (score − highest)) of a row of scores, as pairs, zeros from `visible` to `padded`. Answers the highest score
/// and the sum of the weights.
inline std::pair<float, float> Softmax(const float* scores, int64_t visible, int64_t padded, float scale, Pair* weights) {
  const __m512 lowest = _mm512_set1_ps(-std::numeric_limits<float>::infinity());
  __m512 highest_of_lane = lowest, sum_of_lane = _mm512_setzero_ps();
  for (int64_t j = 0; j < visible; j += kLaneCount)
    highest_of_lane = _mm512_max_ps(highest_of_lane, _mm512_mask_loadu_ps(lowest, LanesBefore(visible, j), scores + j));
  const float highest = _mm512_reduce_max_ps(highest_of_lane);
  for (int64_t j = 0; j < padded; j += kLaneCount) {
    const __m512 distance = _mm512_sub_ps(_mm512_loadu_ps(scores + j), _mm512_set1_ps(highest));
    const __m512 weight = _mm512_maskz_mov_ps(LanesBefore(visible, j), Exp2(_mm512_mul_ps(distance, _mm512_set1_ps(scale))));
    sum_of_lane = _mm512_add_ps(sum_of_lane, weight);
    StorePairs(weights + j / 2, weight);
  }
  return {highest, _mm512_reduce_add_ps(sum_of_lane)};
}

}  // namespace laurel

#endif
