// The gradient of one head of keys and values over one group, in float32. With P the softmax, Δ = Σ dy · y of a row: dV = Pᵀ dY,
// dS = P (dY Vᵀ − Δ) / √d, dQ = dS K, dK = dSᵀ Q (Dao et al. 2022, appendix B.2).
#pragma once

#include "attention.h"

namespace laurel {

/// One head of keys and values over one group, with all heads of queries that share it.
template <typename T>
struct HeadBackward {
  const HeadView<T> view;
  const Queries queries;
  const T *dy, *y;
  const float* denominators; // [H, U]
  T* dqkv;
  int64_t kv_head;
  float* sums; // [W], this group's part of dbias

  float scale() const { return 1.f / std::sqrt(static_cast<float>(view.layout.size)); }
  int64_t first_head() const { return kv_head * view.layout.sharing(); }
  int64_t end_head() const { return first_head() + view.layout.sharing(); }
  int64_t query(int64_t head) const { return view.layout.query(head); }
  int64_t key() const { return view.layout.key(kv_head); }
  int64_t value() const { return view.layout.value(kv_head); }
  const T* dmixed(int64_t head, int64_t query_index) const { return dy + query_index * view.layout.mixed_width() + query(head); }
  const T* mixed(int64_t head, int64_t query_index) const { return y + query_index * view.layout.mixed_width() + query(head); }
  float denominator(int64_t head, int64_t query_index) const { return denominators[head * queries.count + query_index]; }
  /// One row of dqkv, at the features from `offset` on.
  void Write(int64_t offset, int64_t row, const float* from) const {
    Array(sums + offset, view.layout.size) += ConstArray(from, view.layout.size);
    WriteRow(from, dqkv + row * view.layout.width() + offset, view.layout.size);
  }
};

/// Room to work in for heads of `size` features and sequences of at most `longest` tokens.
template <typename T>
class GroupBackward {
  const int64_t size_;
  Buffer keys_, values_, dkeys_, dvalues_, queries_, dqueries_, dy_, y_, scores_, dscores_;

 public:
  GroupBackward(int64_t size, int64_t longest)
      : size_(size), keys_(longest * size), values_(longest * size), dkeys_(longest * size), dvalues_(longest * size),
        queries_(kBlockRows * size), dqueries_(kBlockRows * size), dy_(kBlockRows * size), y_(kBlockRows * size),
        scores_(kBlockRows * longest), dscores_(kBlockRows * longest) {}

  void Run(const HeadBackward<T>& head, const Group& group) {
    const Segment& prefix = group.prefix;
    ReadKeys(head, prefix, 0);
    // Continuations first: what they send back to the prefix's keys and values gathers there.
    for (const Segment& segment : group.continuations) {
      ReadKeys(head, segment, prefix.length);
      Rows(head, segment, prefix.length);
      WriteKeys(head, segment, prefix.length);
    }
    Rows(head, prefix, 0);
    WriteKeys(head, prefix, 0);
  }

 private:
  void ReadKeys(const HeadBackward<T>& head, const Segment& segment, int64_t seen) {
    head.view.Read(head.key(), segment.start, segment.length, &keys_[seen * size_]);
    head.view.Read(head.value(), segment.start, segment.length, &values_[seen * size_]);
    std::fill_n(dkeys_.begin() + seen * size_, segment.length * size_, 0.f);
    std::fill_n(dvalues_.begin() + seen * size_, segment.length * size_, 0.f);
  }

  void WriteKeys(const HeadBackward<T>& head, const Segment& segment, int64_t seen) {
    for (int64_t i = 0; i < segment.length; i++) {
      head.Write(head.key(), segment.start + i, &dkeys_[(seen + i) * size_]);
      head.Write(head.value(), segment.start + i, &dvalues_[(seen + i) * size_]);
    }
  }

  void Rows(const HeadBackward<T>& head, const Segment& segment, int64_t seen) {
    const auto [first, end] = head.queries.Within(segment);
    for (int64_t h = head.first_head(); h < head.end_head(); h++)
      for (int64_t u = first; u < end; u += kBlockRows)
        Block(head, h, u, std::min<int64_t>(kBlockRows, end - u), seen - segment.start + 1);
  }

  /// Queries [u, u + count) of head h; a row sees the keys of `before` rows more than its number.
  void Block(const HeadBackward<T>& head, int64_t h, int64_t u, int64_t count, int64_t before) {
    const int32_t* rows = head.queries.rows + u;
    const int64_t columns = before + rows[count - 1];
    for (int64_t r = 0; r < count; r++) {
      head.view.Read(head.query(h), rows[r], &queries_[r * size_]);
      ReadRow(head.dmixed(h, u + r), &dy_[r * size_], size_);
      ReadRow(head.mixed(h, u + r), &y_[r * size_], size_);
    }
    Matrix q(queries_.data(), count, size_), dq(dqueries_.data(), count, size_), dy(dy_.data(), count, size_),
        y(y_.data(), count, size_), k(keys_.data(), columns, size_), v(values_.data(), columns, size_),
        dk(dkeys_.data(), columns, size_), dv(dvalues_.data(), columns, size_), p(scores_.data(), count, columns),
        ds(dscores_.data(), count, columns);
    p.noalias() = q * k.transpose();
    ds.noalias() = dy * v.transpose();
    for (int64_t r = 0; r < count; r++) {
      const int64_t visible = before + rows[r];
      const float delta = dy.row(r).dot(y.row(r));
      Array weights(&scores_[r * columns], visible), slopes(&dscores_[r * columns], visible);
      weights = (weights * head.scale() - head.denominator(h, u + r)).exp();
      slopes = weights * (slopes - delta) * head.scale();
      Array(&scores_[r * columns + visible], columns - visible).setZero();
      Array(&dscores_[r * columns + visible], columns - visible).setZero();
    }
    dv.noalias() += p.transpose() * dy;
    dq.noalias() = ds * k;
    dk.noalias() += ds.transpose() * q;
    for (int64_t r = 0; r < count; r++) head.Write(head.query(h), rows[r], &dqueries_[r * size_]);
  }
};

}  // namespace laurel
