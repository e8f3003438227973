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
    const float scale = 1.f / std::sqrt(static_cast<float>(size));
    OP_REQUIRES(c, step < capacity, errors::InvalidArgument("there is room for ", capacity, " new tokens a row"));
    const int32_t* prompts = Data<int32_t>(c, 4);
    const HeadView<T> now{Data<T>(c, 0), Data<float>(c, 1), layout};
    const T* prompt = Data<T>(c, 2);
    T* own = const_cast<T*>(Data<T>(c, 3));
    T* y = Output<T>(c, 0, TensorShape({rows, layout.mixed_width()}));
    if (!c->status().ok()) return;
    Parallel(c, rows * layout.kv_heads, (step + 256) * size * sharing, [&](int64_t begin, int64_t end) {
      Buffer queries(sharing * size), mixed(sharing * size), block, scores;
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t b = unit / layout.kv_heads, kv_head = unit % layout.kv_heads, first = kv_head * sharing;
        const int64_t start = prompts[2 * b], length = prompts[2 * b + 1], seen = length + step + 1;
        const int64_t key = layout.key(kv_head), value = layout.value(kv_head);
        // This row's own keys, each with its value `own_width` further on.
        T* cache = own + b * capacity * 2 * own_width + kv_head * size;
        std::memcpy(cache + step * 2 * own_width, now.qkv + b * width + key, size * sizeof(T));
        std::memcpy(cache + (step * 2 + 1) * own_width, now.qkv + b * width + value, size * sizeof(T));

        // What this row sees, keys or values, one below the other: few enough at a time for the first-level caches.
        block.resize(seen * size);
        const auto read = [&](int64_t offset, const T* of_own) {
          for (int64_t t = 0; t < length; t++) ReadRow(prompt + (start + t) * width + offset, &block[t * size], size);
          for (int64_t t = 0; t <= step; t++) ReadRow(of_own + t * 2 * own_width, &block[(length + t) * size], size);
        };
        scores.resize(sharing * seen);
        for (int64_t h = 0; h < sharing; h++) now.Read(layout.query(first + h), b, 1, &queries[h * size]);
        Matrix q(queries.data(), sharing, size), seen_rows(block.data(), seen, size),
            p(scores.data(), sharing, seen), out(mixed.data(), sharing, size);
        // The keys' bias adds the same to every score, which softmax does not see; the values' adds to their every mixture.
        read(key, cache);
        p.noalias() = q * seen_rows.transpose();
        for (int64_t h = 0; h < sharing; h++) {
          Array weights(&scores[h * seen], seen);
          weights = ((weights - weights.maxCoeff()) * scale).exp();
          weights /= weights.sum();
        }
        read(value, cache + own_width);
        out.noalias() = p * seen_rows;
        for (int64_t h = 0; h < sharing; h++) {
          Array row(&mixed[h * size], size);
          row += ConstArray(now.bias + value, size);
          WriteRow(row.data(), y + b * layout.mixed_width() + layout.query(first + h), size);
        }
      }
    });
  }
};
LAUREL_KERNEL(CachedAttention);

}  // namespace laurel
