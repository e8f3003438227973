// The same in bfloat16, as products of pairs.
#pragma once
#ifdef __AVX512BF16__

#include "attention_backward.h"
#include "attention_pairs.h"

namespace laurel {

template <>
class GroupBackward<bfloat16> {
  const int64_t size_, stride_;
  RowBlock block_;
  const int64_t width_;
  // Keys and values for products over features, and keys for those over columns.
  Pairs keys_, values_, key_rows_;
  // A block's queries and dy for products over features, and for those over rows.
  Pairs queries_, dy_, query_rows_, dy_rows_;
  // A block's P and dS for products over rows, and dS for those over columns.
  Pairs weight_rows_, slope_rows_, slopes_;
  Buffer scores_, dweights_, dkeys_, dvalues_, dqueries_, y_;

 public:
  GroupBackward(int64_t size, int64_t longest)
      : size_(size), stride_(PaddedColumns(longest)), block_(size), width_(block_.width()), keys_(width_ / 2 * stride_),
        values_(width_ / 2 * stride_), key_rows_(stride_ / 2 * width_), queries_(kBlockRows * width_ / 2),
        dy_(kBlockRows * width_ / 2), query_rows_(kBlockRows / 2 * width_), dy_rows_(kBlockRows / 2 * width_),
        weight_rows_(kBlockRows / 2 * stride_), slope_rows_(kBlockRows / 2 * stride_), slopes_(kBlockRows * stride_ / 2),
        scores_(kBlockRows * stride_), dweights_(kBlockRows * stride_), dkeys_(stride_ * width_), dvalues_(stride_ * width_),
        dqueries_(kBlockRows * width_), y_(size) {}

  void Run(const HeadBackward<bfloat16>& head, const Group& group) {
    const Columns columns{group.prefix.length};
    ReadKeys(head, group.prefix, columns.begin(false));
    for (const Segment& segment : group.continuations) {
      ReadKeys(head, segment, columns.begin(true));
      Rows(head, segment, columns.begin(true), columns.gap(true));
      WriteKeys(head, segment, columns.begin(true));
    }
    Rows(head, group.prefix, columns.begin(false), columns.gap(false));
    WriteKeys(head, group.prefix, columns.begin(false));
  }

 private:
  void ReadKeys(const HeadBackward<bfloat16>& head, const Segment& segment, int64_t begin) {
    for (int64_t i = 0; i < segment.length; i += kBlockRows) {
      const int64_t count = std::min<int64_t>(kBlockRows, segment.length - i);
      block_.Read(count, [&](int64_t r, float* out) { head.view.Read(head.key(), segment.start + i + r, out); });
      block_.WriteColumns(&keys_[begin + i], stride_);
      block_.WriteRowPairs(&key_rows_[(begin + i) / 2 * width_]);
      block_.Read(count, [&](int64_t r, float* out) { head.view.Read(head.value(), segment.start + i + r, out); });
      block_.WriteColumns(&values_[begin + i], stride_);
    }
    std::fill_n(dkeys_.begin() + begin * width_, segment.length * width_, 0.f);
    std::fill_n(dvalues_.begin() + begin * width_, segment.length * width_, 0.f);
  }

  void WriteKeys(const HeadBackward<bfloat16>& head, const Segment& segment, int64_t begin) {
    for (int64_t i = 0; i < segment.length; i++) {
      head.Write(head.key(), segment.start + i, &dkeys_[(begin + i) * width_]);
      head.Write(head.value(), segment.start + i, &dvalues_[(begin + i) * width_]);
    }
  }

  void Rows(const HeadBackward<bfloat16>& head, const Segment& segment, int64_t begin, int64_t gap) {
    const auto [first, end] = head.queries.Within(segment);
    for (int64_t h = head.first_head(); h < head.end_head(); h++)
      for (int64_t u = first; u < end; u += kBlockRows)
        Block(head, h, u, std::min<int64_t>(kBlockRows, end - u), begin - segment.start + 1, gap);
  }

  /// As above; no row sees the column `gap`.
  void Block(const HeadBackward<bfloat16>& head, int64_t h, int64_t u, int64_t count, int64_t before, int64_t gap) {
    const int32_t* rows = head.queries.rows + u;
    const int64_t padded = RoundUp(before + rows[count - 1], kTileColumns), tiles = RoundUp(count, kTileRows);
    block_.Read(count, [&](int64_t r, float* out) { head.view.Read(head.query(h), rows[r], out); });
    block_.WriteRows(queries_.data());
    block_.WriteRowPairs(query_rows_.data());
    block_.Read(count, [&](int64_t r, float* out) { ReadRow(head.dmixed(h, u + r), out, size_); });
    block_.WriteRows(dy_.data());
    block_.WriteRowPairs(dy_rows_.data());
    PairProduct<false>({queries_.data(), width_ / 2, 1}, keys_.data(), tiles, width_ / 2, padded, stride_, scores_.data());
    PairProduct<false>({dy_.data(), width_ / 2, 1}, values_.data(), tiles, width_ / 2, padded, stride_, dweights_.data());
    ScoreRow row[2];
    for (int64_t r = 0; r < RoundUp(count, 2); r++) {
      float* scores = &scores_[r * stride_];
      if (gap >= 0) scores[gap] = -std::numeric_limits<float>::infinity();
      // A last row without a neighbour goes with one that sees nothing.
      row[r % 2] = {scores, &dweights_[r * stride_], 0.f, 0.f, 0};
      if (r < count) {
        ReadRow(head.mixed(h, u + r), y_.data(), size_);
        row[r % 2].delta = (ConstArray(y_.data(), size_) * ConstArray(block_.row(r), size_)).sum();
        row[r % 2].denominator = head.denominator(h, u + r);
        row[r % 2].visible = before + rows[r];
      }
      if (r % 2 == 1) Differentiate(row, head.scale(), padded, r - 1);
    }
    const int64_t pairs = RoundUp(count, 2) / 2;
    PairProduct<true>({weight_rows_.data(), 1, stride_}, dy_rows_.data(), padded, pairs, width_, width_, dvalues_.data());
    PairProduct<true>({slope_rows_.data(), 1, stride_}, query_rows_.data(), padded, pairs, width_, width_, dkeys_.data());
    PairProduct<false>({slopes_.data(), stride_ / 2, 1}, key_rows_.data(), tiles, padded / 2, width_, width_, dqueries_.data());
    for (int64_t r = 0; r < count; r++) head.Write(head.query(h), rows[r], &dqueries_[r * width_]);
  }

  struct ScoreRow {
    const float *scores, *dweights;
    float denominator, delta;
    int64_t visible;
  };

  /// P and dS of rows r and r + 1 of a block.
  void Differentiate(const ScoreRow* rows, float scale, int64_t padded, int64_t r) {
    for (int64_t j = 0; j < padded; j += kLaneCount) {
      __m512 weight[2], slope[2];
      for (int i = 0; i < 2; i++) {
        const ScoreRow& row = rows[i];
        const __m512 exponent = _mm512_fmsub_ps(_mm512_loadu_ps(row.scores + j), _mm512_set1_ps(scale * kLog2E),
                                                _mm512_set1_ps(row.denominator * kLog2E));
        weight[i] = _mm512_maskz_mov_ps(LanesBefore(row.visible, j), Exp2(exponent));
        const __m512 difference = _mm512_sub_ps(_mm512_loadu_ps(row.dweights + j), _mm512_set1_ps(row.delta));
        slope[i] = _mm512_mul_ps(_mm512_mul_ps(weight[i], difference), _mm512_set1_ps(scale));
        StorePairs(&slopes_[(r + i) * stride_ / 2 + j / 2], slope[i]);
      }
      _mm512_storeu_si512(&weight_rows_[r / 2 * stride_ + j], ToPairs(weight[0], weight[1]));
      _mm512_storeu_si512(&slope_rows_[r / 2 * stride_ + j], ToPairs(slope[0], slope[1]));
    }
  }
};

}  // namespace laurel

#endif
