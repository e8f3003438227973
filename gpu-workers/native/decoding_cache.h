// Keys and values of tokens that rows being sampled see, in blocks of 16 tokens, so that a register holds one feature of a block's
// keys, or sixteen features of one token's value.
#pragma once

#include "attention.h"
#include "lanes.h"

namespace laurel {

constexpr int64_t kBlockTokens = kLaneCount;

inline int64_t BlocksOf(int64_t tokens) { return (tokens + kBlockTokens - 1) / kBlockTokens; }

/// [2, K, blocks, block]: keys, then values; zeros where no token is. The block of a head's keys is [size, 16]; that of its values
/// [⌈size / 16⌉, 16, 16], sixteen features of each token, then the next sixteen.
template <typename T>
struct DecodingCache {
  T* data;
  HeadLayout layout;
  int64_t blocks;

  /// Features of a head, padded to whole registers.
  static int64_t padded(const HeadLayout& layout) { return BlocksOf(layout.size) * kLaneCount; }
  static TensorShape Shape(const HeadLayout& layout, int64_t blocks) {
    return TensorShape({2, layout.kv_heads, blocks, padded(layout) * kBlockTokens});
  }

  int64_t block_size() const { return padded(layout) * kBlockTokens; }
  T* keys(int64_t kv_head, int64_t block) const { return data + (kv_head * blocks + block) * block_size(); }
  T* values(int64_t kv_head, int64_t block) const { return keys(layout.kv_heads + kv_head, block); }

  /// Token `t` of those that begin with block `block`; key and value are `size` features each.
  void Write(int64_t kv_head, int64_t block, int64_t t, const T* key, const T* value) const {
    T* to_keys = keys(kv_head, block + t / kBlockTokens) + t % kBlockTokens;
    T* to_values = values(kv_head, block + t / kBlockTokens) + t % kBlockTokens * kLaneCount;
    for (int64_t j = 0; j < layout.size; j++) to_keys[j * kBlockTokens] = key[j];
    for (int64_t j = 0; j < layout.size; j += kLaneCount)
      std::copy_n(value + j, std::min(kLaneCount, layout.size - j), to_values + j * kBlockTokens);
  }
};

/// Of kCount queries with the keys of some blocks, to rows of `scores`.
template <int kCount, typename T>
void BlockScores(const float* queries, int64_t size, const T* keys, int64_t block_size, int64_t blocks, float* scores, int64_t stride) {
  for (int64_t block = 0; block < blocks; block++, keys += block_size) {
    Lanes sums[kCount] = {};
    for (int64_t j = 0; j < size; j++) {
      const Lanes key = LoadLanes(keys + j * kBlockTokens);
      for (int q = 0; q < kCount; q++) sums[q] += queries[q * size + j] * key;
    }
    for (int q = 0; q < kCount; q++) StoreLanes(sums[q], scores + q * stride + block * kBlockTokens);
  }
}

/// Adds the values of some blocks, by kCount rows of weights, to rows of `mixed` [kCount, padded size].
template <int kCount, typename T>
void BlockMixture(const float* weights, int64_t stride, const T* values, int64_t block_size, int64_t blocks, float* mixed) {
  const int64_t width = block_size / kBlockTokens;
  for (int64_t block = 0; block < blocks; block++, weights += kBlockTokens)
    for (int64_t j = 0; j < width; j += kLaneCount) {
      Lanes sums[kCount];
      for (int q = 0; q < kCount; q++) sums[q] = LoadLanes(mixed + q * width + j);
      for (int64_t t = 0; t < kBlockTokens; t++, values += kLaneCount) {
        const Lanes value = LoadLanes(values);
        for (int q = 0; q < kCount; q++) sums[q] += weights[q * stride + t] * value;
      }
      for (int q = 0; q < kCount; q++) StoreLanes(sums[q], mixed + q * width + j);
    }
}

/// Calls `tile(kCount, first)` on the numbers from 0 to count, by fours while there are four: what is read serves them all.
template <typename Tile>
void ByFours(int64_t count, const Tile& tile) {
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) tile(std::integral_constant<int, 4>(), i);
  for (; i < count; i++) tile(std::integral_constant<int, 1>(), i);
}

}  // namespace laurel
