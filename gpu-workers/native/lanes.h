// Sixteen numbers worked on at once: one register of AVX-512, several of a smaller processor.
#pragma once

#include "common.h"

namespace laurel {

typedef float Lanes __attribute__((vector_size(64)));

constexpr int64_t kLaneCount = sizeof(Lanes) / sizeof(float);

inline Lanes LoadLanes(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

inline Lanes LoadLanes(const bfloat16* from) {
  typedef uint16_t Halves __attribute__((vector_size(32)));
  typedef uint32_t Bits __attribute__((vector_size(64)));
  Halves halves;
  std::memcpy(&halves, from, sizeof(halves));
  return (Lanes)(__builtin_convertvector(halves, Bits) << 16);
}

inline void StoreLanes(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof(lanes)); }

}  // namespace laurel
