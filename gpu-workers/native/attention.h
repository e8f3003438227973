// What attention forward, its gradient and cached decoding share: where segments lie and how a head's rows are read.
#pragma once

#include <algorithm>

#include "common.h"

namespace laurel {

/// Rows of scores worked on at once: a block of them against a few hundred keys stays in the second-level cache.
constexpr int kBlockRows = 64;

struct Segment {
  int64_t start, length;
};

/// A segment and those that continue it. Nothing outside of a group is seen from within.
struct Group {
  Segment prefix;
  std::vector<Segment> continuations;

  /// Tokens of the longest sequence in it.
  int64_t longest() const {
    int64_t length = 0;
    for (const Segment& segment : continuations) length = std::max(length, segment.length);
    return prefix.length + length;
  }
};

inline int64_t Longest(const std::vector<Group>& groups) {
  int64_t longest = 0;
  for (const Group& group : groups) longest = std::max(longest, group.longest());
  return longest;
}

/// Reads segments [S, 3] and fails the op when one lies outside of the batch of `rows`.
inline std::vector<Group> ReadGroups(OpKernelContext* c, int input, int64_t rows) {
  const int32_t* segments = Data<int32_t>(c, input);
  const int64_t count = c->input(input).NumElements() / 3;
  std::vector<Group> groups;
  int64_t parent = -1;
  for (int64_t s = 0; s < count; s++) {
    const Segment segment{segments[3 * s], segments[3 * s + 1]};
    const int64_t continues = segments[3 * s + 2];
    const bool valid = segment.start >= 0 && segment.length >= 0 && segment.start + segment.length <= rows;
    if (!valid || (continues >= 0 && continues != parent)) {
      c->CtxFailure(errors::InvalidArgument("segment ", s, " lies outside of the batch or does not follow its parent"));
      return {};
    }
    if (continues >= 0) {
      groups.back().continuations.push_back(segment);
    } else {
      groups.push_back({segment, {}});
      parent = s;
    }
  }
  return groups;
}

/// The rows that attend to what they see; nothing is computed for others.
struct Queries {
  const int32_t* rows; // ascending
  int64_t count;

  /// Of those within a segment, the first, and the one after the last.
  std::pair<int64_t, int64_t> Within(const Segment& segment) const {
    const int32_t* first = std::lower_bound(rows, rows + count, segment.start);
    return {first - rows, std::lower_bound(first, rows + count, segment.start + segment.length) - rows};
  }
};

/// Reads rows [U] and fails the op when they do not ascend or lie outside of the batch of `rows`.
inline Queries ReadQueries(OpKernelContext* c, int input, int64_t rows) {
  const Queries queries{Data<int32_t>(c, input), c->input(input).NumElements()};
  for (int64_t u = 0; u < queries.count; u++) {
    const bool valid = queries.rows[u] < rows && queries.rows[u] >= (u == 0 ? 0 : queries.rows[u - 1] + 1);
    if (valid) continue;
    c->CtxFailure(errors::InvalidArgument("row ", queries.rows[u], " lies outside of the batch or does not ascend"));
    break;
  }
  return queries;
}

/// Where heads lie in a row of queries, keys and values side by side: W = (H + 2K) · size features.
struct HeadLayout {
  int64_t heads, kv_heads, size;

  int64_t width() const { return (heads + 2 * kv_heads) * size; }
  /// Width of what attention mixes.
  int64_t mixed_width() const { return heads * size; }
  /// Heads of queries that share a head of keys and values (Ainslie et al. 2023).
  int64_t sharing() const { return heads / kv_heads; }
  int64_t query(int64_t head) const { return head * size; }
  int64_t key(int64_t kv_head) const { return (heads + kv_head) * size; }
  int64_t value(int64_t kv_head) const { return (heads + kv_heads + kv_head) * size; }
};

/// An op's attributes `heads` and `kv_heads`.
class HeadAttributes {
  int64_t heads_ = 0, kv_heads_ = 0;

 public:
  explicit HeadAttributes(OpKernelConstruction* c) {
    OP_REQUIRES_OK(c, c->GetAttr("heads", &heads_));
    OP_REQUIRES_OK(c, c->GetAttr("kv_heads", &kv_heads_));
  }

  HeadLayout Layout(int64_t width) const { return {heads_, kv_heads_, width / (heads_ + 2 * kv_heads_)}; }
};

/// Queries, keys and values [N, W] without their bias, and the bias [W].
template <typename T>
struct HeadView {
  const T* qkv;
  const float* bias;
  HeadLayout layout;

  /// One row of the head at `offset` with its bias, to `out` [size].
  void Read(int64_t offset, int64_t row, float* out) const {
    ReadRow(qkv + row * layout.width() + offset, out, layout.size);
    Array(out, layout.size) += ConstArray(bias + offset, layout.size);
  }

  /// Rows [start, start + count), to `out` [count, size].
  void Read(int64_t offset, int64_t start, int64_t count, float* out) const {
    for (int64_t i = 0; i < count; i++) Read(offset, start + i, out + i * layout.size);
  }
};

}  // namespace laurel
