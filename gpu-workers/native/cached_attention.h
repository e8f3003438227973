// Attention of one new token a row over its prompt and its own tokens.
#pragma once

#include "decoding_cache.h"
#include "few_rows.h"

namespace laurel {

/// Where a row being sampled finds what it sees: [first block of its prompt, tokens of its prompt, first block of its own tokens].
using Seen = int32_t[3];

/// Consecutive rows that continue the same prompt, whose keys and values are read once for them all.
struct Siblings {
  int64_t first, count;
};

/// Eight at most, so that the samples of one prompt keep all threads busy.
inline std::vector<Siblings> FindSiblings(const Seen* rows, int64_t count) {
  std::vector<Siblings> found;
  for (int64_t row = 0; row < count; row++) {
    const bool same = row > 0 && rows[row][0] == rows[row - 1][0] && rows[row][1] == rows[row - 1][1];
    if (same && found.back().count < 8) found.back().count++;
    else found.push_back({row, 1});
  }
  return found;
}

template <typename T>
struct CachedAttention {
  const DecodingCache<T> prompts, own;
  const Seen* rows;
  int64_t step; // tokens that each row has of its own before this one

  /// One head of keys and values: writes those of the new tokens to the rows' own and mixes for all heads of queries that share
  /// it. `bias` is what the values of `qkv` and of the caches still lack.
  void Attend(int64_t kv_head, const Siblings& siblings, const Rows<float>& qkv, const float* bias, Rows<T>& mixed) const {
    const HeadLayout& layout = own.layout;
    const int64_t size = layout.size, width = DecodingCache<T>::padded(layout), sharing = layout.sharing();
    const int64_t count = siblings.count * sharing, length = rows[siblings.first][1], prompt = BlocksOf(length) * kBlockTokens;
    const int64_t own_blocks = BlocksOf(step + 1), stride = prompt + own_blocks * kBlockTokens;
    Buffer queries(count * size), weights(count * stride), mixture(count * width, 0.f);
    const auto row_of = [&](int64_t query) { return siblings.first + query / sharing; };
    const auto offset = [&](int64_t query) { return layout.query(kv_head * sharing + query % sharing); };
    // Calls `tile(kCount, first query, cache, block, blocks, first column)` on each part that queries have in common.
    const auto parts = [&](const auto& tile) {
      ByFours(count, [&](auto kCount, int64_t q) { tile(kCount, q, prompts, rows[siblings.first][0], prompt / kBlockTokens, 0); });
      for (int64_t r = 0; r < siblings.count; r++)
        ByFours(sharing, [&](auto kCount, int64_t q) {
          tile(kCount, r * sharing + q, own, rows[siblings.first + r][2], own_blocks, prompt);
        });
    };

    std::vector<T> key(size), value(size);
    for (int64_t r = siblings.first; r < siblings.first + siblings.count; r++) {
      WriteRow(qkv.row(r) + layout.key(kv_head), key.data(), size);
      WriteRow(qkv.row(r) + layout.value(kv_head), value.data(), size);
      own.Write(kv_head, rows[r][2], step, key.data(), value.data());
    }
    const float scale = 1.f / std::sqrt(static_cast<float>(size));
    for (int64_t q = 0; q < count; q++)
      Array(&queries[q * size], size) = scale * ConstArray(qkv.row(row_of(q)) + offset(q), size);
    parts([&](auto kCount, int64_t q, const DecodingCache<T>& cache, int64_t block, int64_t blocks, int64_t column) {
      BlockScores<kCount>(&queries[q * size], size, cache.keys(kv_head, block), cache.block_size(), blocks,
                          &weights[q * stride + column], stride);
    });
    for (int64_t q = 0; q < count; q++) Softmax(&weights[q * stride], length, prompt, stride);
    parts([&](auto kCount, int64_t q, const DecodingCache<T>& cache, int64_t block, int64_t blocks, int64_t column) {
      BlockMixture<kCount>(&weights[q * stride + column], stride, cache.values(kv_head, block), cache.block_size(), blocks,
                           &mixture[q * width]);
    });
    for (int64_t q = 0; q < count; q++) {
      Array row(&mixture[q * width], size);
      row += ConstArray(bias + layout.value(kv_head), size);
      WriteRow(row.data(), mixed.row(row_of(q)) + offset(q), size);
    }
  }

 private:
  /// Scores to weights; those of no token, behind the prompt and behind the row's own, to 0.
  void Softmax(float* scores, int64_t length, int64_t prompt, int64_t count) const {
    const float unseen = -std::numeric_limits<float>::infinity();
    std::fill(scores + length, scores + prompt, unseen);
    std::fill(scores + prompt + step + 1, scores + count, unseen);
    Array weights(scores, count);
    weights = (weights - weights.maxCoeff()).exp();
    weights /= weights.sum();
  }
};

}  // namespace laurel
