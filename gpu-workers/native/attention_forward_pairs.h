// The same in bfloat16, as products of pairs.
#pragma once
#ifdef __AVX512BF16__

#include "attention_forward.h"
#include "attention_pairs.h"

namespace laurel {

template <>
class GroupForward<bfloat16> {
  const int64_t size_, stride_;
  RowBlock block_;
  const int64_t width_;
  Pairs keys_, values_, queries_, weights_;
  Buffer scores_, mixed_;

 public:
  GroupForward(int64_t size, int64_t longest)
      : size_(size), stride_(PaddedColumns(longest)), block_(size), width_(block_.width()), keys_(width_ / 2 * stride_),
        values_(stride_ / 2 * width_), queries_(kBlockRows * width_ / 2), weights_(kBlockRows * stride_ / 2),
        scores_(kBlockRows * stride_), mixed_(kBlockRows * width_) {}

  void Run(const HeadForward<bfloat16>& head, const Group& group) {
    const Columns columns{group.prefix.length};
    Attend(head, group.prefix, columns.begin(false), columns.gap(false));
    for (const Segment& segment : group.continuations) Attend(head, segment, columns.begin(true), columns.gap(true));
  }

 private:
  /// Rows of one segment, whose own keys begin at a column, against those and all before but the `gap`.
  void Attend(const HeadForward<bfloat16>& head, const Segment& segment, int64_t begin, int64_t gap) {
    ReadKeys(head, segment, begin);
    const auto [first, end] = head.queries.Within(segment);
    for (int64_t u = first; u < end; u += kBlockRows) {
      const int32_t* rows = head.queries.rows + u;
      const int64_t count = std::min<int64_t>(kBlockRows, end - u), tiles = RoundUp(count, kTileRows);
      const int64_t before = begin - segment.start + 1, padded = RoundUp(before + rows[count - 1], kTileColumns);
      block_.Read(count, [&](int64_t r, float* out) { head.view.Read(head.query(), rows[r], out); });
      block_.WriteRows(queries_.data());
      PairProduct<false>({queries_.data(), width_ / 2, 1}, keys_.data(), tiles, width_ / 2, padded, stride_, scores_.data());
      float totals[kBlockRows];
      for (int64_t r = 0; r < count; r++) {
        float* scores = &scores_[r * stride_];
        if (gap >= 0) scores[gap] = -std::numeric_limits<float>::infinity();
        const auto [highest, total] = Softmax(scores, before + rows[r], padded, head.scale() * kLog2E, &weights_[r * stride_ / 2]);
        totals[r] = total;
        head.denominators[u + r] = highest * head.scale() + std::log(total);
      }
      PairProduct<false>({weights_.data(), stride_ / 2, 1}, values_.data(), tiles, padded / 2, width_, width_, mixed_.data());
      for (int64_t r = 0; r < count; r++) {
        Array(&mixed_[r * width_], size_) /= totals[r];
        WriteRow(&mixed_[r * width_], head.mixed(u + r), size_);
      }
    }
  }

  void ReadKeys(const HeadForward<bfloat16>& head, const Segment& segment, int64_t begin) {
    for (int64_t i = 0; i < segment.length; i += kBlockRows) {
      const int64_t count = std::min<int64_t>(kBlockRows, segment.length - i);
      block_.Read(count, [&](int64_t r, float* out) { head.view.Read(head.key(), segment.start + i + r, out); });
      block_.WriteColumns(&keys_[begin + i], stride_);
      block_.Read(count, [&](int64_t r, float* out) { head.view.Read(head.value(), segment.start + i + r, out); });
      block_.WriteRowPairs(&values_[(begin + i) / 2 * width_]);
    }
  }
};

}  // namespace laurel

#endif
