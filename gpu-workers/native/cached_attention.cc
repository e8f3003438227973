// Attention of one new token a row over its prompt's keys and values, read where the prefill left them, and its own, kept in a
// buffer that this op writes in place. So a prompt is stored once, whatever the number of its samples.
#include "attention.h"

namespace laurel {

REGISTER_OP("LaurelCachedAttention")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("qkv: T")         // [B, W], the new tokens', without bias
    .Input("bias: float")    // [W]
    .Input("prompt_qkv: T")  // [N, W], the prompts', without bias
    .Input("own_kv: T")      // [B, M, 2 · K · size], written at `step`
    .Input("prompts: int32") // [B, 2]: start and length of each row's prompt
    .Input("step: int32")    // []: how many tokens each row has of its own before this one
    .Output("y: T")          // [B, E], E the width of all heads
    .SetIsStateful()
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class CachedAttention : public OpKernel {
  HeadAttributes heads_;

 public:
  explicit CachedAttention(OpKernelConstruction* c) : OpKernel(c), heads_(c) {}

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0), width = c->input(0).dim_size(1), capacity = c->input(3).dim_size(1);
    const HeadLayout layout = heads_.Layout(width);
    const int64_t size = layout.size, sharing = layout.sharing(), own_width = layout.kv_heads * size;
    const int64_t step = *Data<int32_t>(c, 5);
    OP_REQUIRES(c, step < capacity, errors::InvalidArgument("there is room for ", capacity, " new tokens a row"));
    const int32_t* prompts = Data<int32_t>(c, 4);
    const HeadView<T> now{Data<T>(c, 0), Data<float>(c, 1), layout};
    const T* prompt = Data<T>(c, 2);
    T* own = const_cast<T*>(Data<T>(c, 3));
    T* y = Output<T>(c, 0, TensorShape({rows, layout.mixed_width()}));
    if (!c->status().ok()) return;
    Parallel(c, rows * layout.kv_heads, (step + 256) * size * sharing, [&](int64_t begin, int64_t end) {
      Buffer queries(sharing * size), mixed(sharing * size), row(size), scores;
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t b = unit / layout.kv_heads, kv_head = unit % layout.kv_heads, first = kv_head * sharing;
        const int64_t start = prompts[2 * b], length = prompts[2 * b + 1], seen = length + step + 1;
        const int64_t key = layout.key(kv_head), value = layout.value(kv_head);
        // Token t of this row's own: its key, and its value `own_width` further on.
        T* cache = own + b * capacity * 2 * own_width + kv_head * size;
        std::memcpy(cache + step * 2 * own_width, now.qkv + b * width + key, size * sizeof(T));
        std::memcpy(cache + (step * 2 + 1) * own_width, now.qkv + b * width + value, size * sizeof(T));
        const auto key_at = [&](int64_t t) {
          return t < length ? prompt + (start + t) * width + key : cache + (t - length) * 2 * own_width;
        };
        const auto value_at = [&](int64_t t) {
          return t < length ? prompt + (start + t) * width + value : cache + ((t - length) * 2 + 1) * own_width;
        };

        for (int64_t h = 0; h < sharing; h++) now.Read(layout.query(first + h), b, 1, &queries[h * size]);
        scores.resize(sharing * seen);
        const ConstArray read(row.data(), size);
        // The keys' bias adds the same to every score, which softmax does not see.
        for (int64_t t = 0; t < seen; t++) {
          ReadRow(key_at(t), row.data(), size);
          for (int64_t h = 0; h < sharing; h++) scores[h * seen + t] = (ConstArray(&queries[h * size], size) * read).sum();
        }
        for (int64_t h = 0; h < sharing; h++) {
          Array weights(&scores[h * seen], seen);
          weights = ((weights - weights.maxCoeff()) / std::sqrt(static_cast<float>(size))).exp();
          weights /= weights.sum();
        }
        Array(mixed.data(), sharing * size).setZero();
        for (int64_t t = 0; t < seen; t++) {
          ReadRow(value_at(t), row.data(), size);
          for (int64_t h = 0; h < sharing; h++) Array(&mixed[h * size], size) += scores[h * seen + t] * read;
        }
        for (int64_t h = 0; h < sharing; h++) {
          Array out(&mixed[h * size], size);
          out += ConstArray(now.bias + value, size);
          WriteRow(out.data(), y + b * layout.mixed_width() + layout.query(first + h), size);
        }
      }
    });
  }
};
LAUREL_KERNEL(CachedAttention);

}  // namespace laurel
