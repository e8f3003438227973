// What every op shares: element types, work split over the device's threads, sums whose order never changes.
//
// Ops exist for T = float and T = bfloat16, the type of what flows between matrix products. The residual stream, parameters,
// statistics and all arithmetic are float32.
#pragma once

#include <Eigen/Core>
#include <cstring>
#include <functional>
#include <vector>

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/util/work_sharder.h"

namespace laurel {

using tensorflow::bfloat16;
using tensorflow::DEVICE_CPU;
using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;
namespace errors = tensorflow::errors;

// Aligned always: where an array begins decides how Eigen splits a sum over vector registers, so its last bits.
using Buffer = std::vector<float, Eigen::aligned_allocator<float>>;
using Array = Eigen::Map<Eigen::ArrayXf>;
using ConstArray = Eigen::Map<const Eigen::ArrayXf>;
using Matrix = Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

// Conversions are written on the bits, so that the compiler turns a row of them into vector instructions.
inline void ReadRow(const float* from, float* to, int64_t n) { std::memcpy(to, from, n * sizeof(float)); }
inline void WriteRow(const float* from, float* to, int64_t n) { std::memcpy(to, from, n * sizeof(float)); }

inline void ReadRow(const bfloat16* from, float* to, int64_t n) {
  const uint16_t* bits = reinterpret_cast<const uint16_t*>(from);
  for (int64_t i = 0; i < n; i++) {
    const uint32_t wide = static_cast<uint32_t>(bits[i]) << 16;
    std::memcpy(to + i, &wide, 4);
  }
}

// Rounds to the nearest, ties to even. A NaN stays one: its payload is in the upper half.
inline void WriteRow(const float* from, bfloat16* to, int64_t n) {
  uint16_t* bits = reinterpret_cast<uint16_t*>(to);
  for (int64_t i = 0; i < n; i++) {
    uint32_t wide;
    std::memcpy(&wide, from + i, 4);
    bits[i] = static_cast<uint16_t>((wide + 0x7fff + ((wide >> 16) & 1)) >> 16);
  }
}

inline int64_t RoundUp(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

template <typename E>
const E* Data(OpKernelContext* c, int input) {
  return c->input(input).flat<E>().data();
}

template <typename E>
E* Output(OpKernelContext* c, int output, const TensorShape& shape) {
  Tensor* tensor = nullptr;
  c->SetStatus(c->allocate_output(output, shape, &tensor));
  return tensor ? tensor->flat<E>().data() : nullptr;
}

/// Calls `work(begin, end)` on parts of [0, n); `cost` is that of one unit in processor cycles.
inline void Parallel(OpKernelContext* c, int64_t n, int64_t cost, const std::function<void(int64_t, int64_t)>& work) {
  auto* threads = c->device()->tensorflow_cpu_worker_threads();
  tensorflow::Shard(threads->num_threads, threads->workers, n, cost, work);
}

/// Sums over rows, the same bits on every run: rows are cut into parts that depend on their number only, each part has sums of
/// its own, and these are added in order. `work(begin, end, sums)` adds rows [begin, end) to `sums` [width].
inline void ParallelSums(OpKernelContext* c, int64_t rows, int64_t cost, int64_t width, float* total,
                         const std::function<void(int64_t, int64_t, float*)>& work) {
  const int64_t parts = std::max<int64_t>(1, std::min<int64_t>(32, rows / 32));
  Buffer sums(parts * width, 0.f);
  Parallel(c, parts, cost * (rows / parts + 1), [&](int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; p++) work(rows * p / parts, rows * (p + 1) / parts, &sums[p * width]);
  });
  std::memcpy(total, sums.data(), width * sizeof(float));
  for (int64_t p = 1; p < parts; p++) Array(total, width) += ConstArray(&sums[p * width], width);
}

}  // namespace laurel

#define LAUREL_KERNEL(name)                                                                              \
  REGISTER_KERNEL_BUILDER(Name("Laurel" #name).Device(DEVICE_CPU).TypeConstraint<float>("T"), name<float>); \
  REGISTER_KERNEL_BUILDER(Name("Laurel" #name).Device(DEVICE_CPU).TypeConstraint<tensorflow::bfloat16>("T"), name<tensorflow::bfloat16>)
