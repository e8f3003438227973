// A matrix times a number that bfloat16 need not be able to write: LoRA's alpha / rank.
#include "common.h"

namespace laurel {

REGISTER_OP("LaurelScale")
    .Attr("T: {float, bfloat16}")
    .Attr("factor: float")
    .Input("x: T")  // [N, R]
    .Output("y: T") // [N, R]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class Scale : public OpKernel {
  float factor_;

 public:
  explicit Scale(OpKernelConstruction* c) : OpKernel(c) { OP_REQUIRES_OK(c, c->GetAttr("factor", &factor_)); }

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1);
    const T* x = Data<T>(c, 0);
    T* y = Output<T>(c, 0, c->input(0).shape());
    if (!c->status().ok()) return;
    Parallel(c, rows, width * 2, [&](int64_t begin, int64_t end) {
      Buffer row(width);
      for (int64_t i = begin; i < end; i++) {
        ReadRow(x + i * width, row.data(), width);
        Array(row.data(), width) *= factor_;
        WriteRow(row.data(), y + i * width, width);
      }
    });
  }
};
LAUREL_KERNEL(Scale);

}  // namespace laurel
