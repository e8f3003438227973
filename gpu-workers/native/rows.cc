// Rows looked up and rows added up: the embedding, and the gradient of any reading of rows.
#include "common.h"

namespace laurel {

/// Fails the op unless every id of this input is in [0, limit): memory is read at them.
static bool Within(OpKernelContext* c, int input, int64_t limit) {
  const int32_t* ids = Data<int32_t>(c, input);
  for (int64_t i = 0; i < c->input(input).NumElements(); i++) {
    if (ids[i] >= 0 && ids[i] < limit) continue;
    c->CtxFailure(errors::InvalidArgument("row ", ids[i], " was asked for; there are ", limit));
    return false;
  }
  return true;
}

REGISTER_OP("LaurelEmbed")
    .Input("wte: float")      // [V, D]
    .Input("wpe: float")      // [P, D]
    .Input("tokens: int32")   // [N]
    .Input("positions: int32") // [N]
    .Output("y: float")       // [N, D]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

class Embed : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(2).dim_size(0), width = c->input(0).dim_size(1);
    if (!Within(c, 2, c->input(0).dim_size(0)) || !Within(c, 3, c->input(1).dim_size(0))) return;
    const float *wte = Data<float>(c, 0), *wpe = Data<float>(c, 1);
    const int32_t *tokens = Data<int32_t>(c, 2), *positions = Data<int32_t>(c, 3);
    float* y = Output<float>(c, 0, TensorShape({rows, width}));
    if (!c->status().ok()) return;
    Parallel(c, rows, width * 2, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        Array(y + i * width, width) =
            ConstArray(wte + tokens[i] * width, width) + ConstArray(wpe + positions[i] * width, width);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelEmbed").Device(DEVICE_CPU), Embed);

// y[ids[i]] += x[i]. Threads share out the columns, so that every sum is made in the order of the rows.
REGISTER_OP("LaurelSumRows")
    .Attr("count: int")
    .Input("x: float")   // [N, D]
    .Input("ids: int32") // [N]
    .Output("y: float")  // [count, D]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

class SumRows : public OpKernel {
  int64_t count_;

 public:
  explicit SumRows(OpKernelConstruction* c) : OpKernel(c) { OP_REQUIRES_OK(c, c->GetAttr("count", &count_)); }

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    if (!Within(c, 1, count_)) return;
    const float* x = Data<float>(c, 0);
    const int32_t* ids = Data<int32_t>(c, 1);
    float* y = Output<float>(c, 0, TensorShape({count_, width}));
    if (!c->status().ok()) return;
    constexpr int64_t kStrip = 64;
    Parallel(c, (width + kStrip - 1) / kStrip, (rows + count_) * kStrip, [&](int64_t begin, int64_t end) {
      const int64_t from = begin * kStrip, columns = std::min(end * kStrip, width) - from;
      for (int64_t i = 0; i < count_; i++) std::memset(y + i * width + from, 0, columns * sizeof(float));
      for (int64_t i = 0; i < rows; i++)
        Array(y + ids[i] * width + from, columns) += ConstArray(x + i * width + from, columns);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("LaurelSumRows").Device(DEVICE_CPU), SumRows);

}  // namespace laurel
