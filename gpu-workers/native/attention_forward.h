// One head over one group, in float32: scores exist for one block of rows at a time.
#pragma once

#include "attention.h"

namespace laurel {

/// One head of queries over one group: its part of the op's outputs.
template <typename T>
struct HeadForward {
  const HeadView<T>& view;
  const Queries& queries;
  int64_t head;
  T* y;
  float* denominators; // [U], this head's

  float scale() const { return 1.f / std::sqrt(static_cast<float>(view.layout.size)); }
  int64_t query() const { return view.layout.query(head); }
  int64_t key() const { return view.layout.key(head / view.layout.sharing()); }
  int64_t value() const { return view.layout.value(head / view.layout.sharing()); }
  T* mixed(int64_t query_index) const { return y + query_index * view.layout.mixed_width() + query(); }
};

/// Room to work in for heads of `size` features and sequences of at most `longest` tokens.
template <typename T>
class GroupForward {
  const int64_t size_;
  Buffer keys_, values_, queries_, mixed_, scores_;

 public:
  GroupForward(int64_t size, int64_t longest)
      : size_(size), keys_(longest * size), values_(longest * size), queries_(kBlockRows * size), mixed_(kBlockRows * size),
        scores_(kBlockRows * longest) {}

  void Run(const HeadForward<T>& head, const Group& group) {
    Attend(head, group.prefix, 0);
    for (const Segment& segment : group.continuations) Attend(head, segment, group.prefix.length);
  }

 private:
  /// Rows of one segment against the keys of what it continues, `seen` of them, and its own.
  void Attend(const HeadForward<T>& head, const Segment& segment, int64_t seen) {
    head.view.Read(head.key(), segment.start, segment.length, &keys_[seen * size_]);
    head.view.Read(head.value(), segment.start, segment.length, &values_[seen * size_]);
    const auto [first, end] = head.queries.Within(segment);
    for (int64_t u = first; u < end; u += kBlockRows) {
      const int32_t* rows = head.queries.rows + u;
      const int64_t count = std::min<int64_t>(kBlockRows, end - u), before = seen - segment.start + 1;
      const int64_t columns = before + rows[count - 1];
      for (int64_t r = 0; r < count; r++) head.view.Read(head.query(), rows[r], &queries_[r * size_]);
      Matrix q(queries_.data(), count, size_), k(keys_.data(), columns, size_), v(values_.data(), columns, size_),
          p(scores_.data(), count, columns), out(mixed_.data(), count, size_);
      p.noalias() = q * k.transpose();
      for (int64_t r = 0; r < count; r++) {
        const int64_t visible = before + rows[r];
        Array weights(&scores_[r * columns], visible);
        const float highest = weights.maxCoeff();
        weights = ((weights - highest) * head.scale()).exp();
        const float total = weights.sum();
        weights /= total;
        Array(&scores_[r * columns + visible], columns - visible).setZero();
        head.denominators[u + r] = highest * head.scale() + std::log(total);
      }
      out.noalias() = p * v;
      for (int64_t r = 0; r < count; r++) WriteRow(&mixed_[r * size_], head.mixed(u + r), size_);
    }
  }
};

}  // namespace laurel
