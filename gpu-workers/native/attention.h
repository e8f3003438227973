// What attention forward, its gradient and cached decoding share: where segments lie and how a head's rows are read.
#pragma once

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

  int64_t longest() const {
    int64_t length = 0;
    for (const Segment& segment : continuations) length = std::max(length, segment.length);
    return prefix.length + length;
  }
};

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

/// One head's part of qkv [N, 3D] without its bias, and of the bias [3D]. Part 0 is queries, 1 keys, 2 values.
template <typename T>
struct HeadView {
  const T* qkv;
  const float* bias;
  int64_t width, head, size;

  int64_t offset(int part) const { return part * width + head * size; }

  /// Rows [start, start + count) with their bias, to `out` [count, size].
  void Read(int part, int64_t start, int64_t count, float* out) const {
    const ConstArray shift(bias + offset(part), size);
    for (int64_t i = 0; i < count; i++) {
      ReadRow(qkv + (start + i) * 3 * width + offset(part), out + i * size, size);
      Array(out + i * size, size) += shift;
    }
  }
};

}  // namespace laurel
