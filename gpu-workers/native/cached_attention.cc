// Attention of one new token a row over its prompt's keys and values, read where the prefill left them, and its own, kept in a
// buffer that this op writes in place. So a prompt is stored once, whatever the number of its samples.
#include "attention.h"

namespace laurel {

REGISTER_OP("LaurelCachedAttention")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Input("qkv: T")         // [B, 3D], the new tokens', without bias
    .Input("bias: float")    // [3D]
    .Input("prompt_qkv: T")  // [N, 3D], the prompts', without bias
    .Input("own_kv: T")      // [B, M, 2D], written at `step`
    .Input("prompts: int32") // [B, 2]: start and length of each row's prompt
    .Input("step: int32")    // []: how many tokens each row has of its own before this one
    .Output("y: T")          // [B, D]
    .SetIsStateful()
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class CachedAttention : public OpKernel {
  int64_t heads_;

 public:
  explicit CachedAttention(OpKernelConstruction* c) : OpKernel(c) { OP_REQUIRES_OK(c, c->GetAttr("heads", &heads_)); }

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1) / 3, size = width / heads_;
    const int64_t capacity = c->input(3).dim_size(1);
    const int64_t step = *Data<int32_t>(c, 5);
    OP_REQUIRES(c, step < capacity, errors::InvalidArgument("there is room for ", capacity, " new tokens a row"));
    const int32_t* prompts = Data<int32_t>(c, 4);
    T* own = const_cast<T*>(Data<T>(c, 3));
    T* y = Output<T>(c, 0, TensorShape({rows, width}));
    if (!c->status().ok()) return;
    Parallel(c, rows * heads_, (step + 256) * size, [&](int64_t begin, int64_t end) {
      Buffer query(size), row(size), scores;
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t b = unit / heads_, head = unit % heads_;
        const int64_t start = prompts[2 * b], length = prompts[2 * b + 1], seen = length + step + 1;
        const HeadView<T> now{Data<T>(c, 0), Data<float>(c, 1), width, head, size};
        T* cache = own + b * capacity * 2 * width + head * size;
        for (int part = 1; part <= 2; part++)
          std::memcpy(cache + (step * 2 + part - 1) * width, now.qkv + b * 3 * width + now.offset(part), size * sizeof(T));

        // Token t of what this row sees: a pointer to its key (part 1) or value (part 2).
        const T* prompt = Data<T>(c, 2);
        const auto at = [&](int64_t t, int part) {
          return t < length ? prompt + (start + t) * 3 * width + now.offset(part)
                            : cache + ((t - length) * 2 + part - 1) * width;
        };
        now.Read(0, b, 1, query.data());
        const ConstArray q(query.data(), size), key_bias(now.bias + now.offset(1), size), value_bias(now.bias + now.offset(2), size);
        scores.resize(seen);
        // The keys' bias adds the same to every score, which softmax does not see.
        for (int64_t t = 0; t < seen; t++) {
          ReadRow(at(t, 1), row.data(), size);
          scores[t] = (q * ConstArray(row.data(), size)).sum();
        }
        Array weights(scores.data(), seen);
        weights = ((weights - weights.maxCoeff()) / std::sqrt(static_cast<float>(size))).exp();
        const float total = weights.sum();
        Array mixed(query.data(), size);
        mixed.setZero();
        for (int64_t t = 0; t < seen; t++) {
          ReadRow(at(t, 2), row.data(), size);
          mixed += scores[t] * ConstArray(row.data(), size);
        }
        mixed = mixed / total + value_bias;
        WriteRow(query.data(), y + b * width + head * size, size);
      }
    });
  }
};
LAUREL_KERNEL(CachedAttention);

}  // namespace laurel
