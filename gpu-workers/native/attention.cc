// Causal attention over packed segments (Vaswani et al. 2017, section 3.2): a token sees its own segment up to itself and all
// of the segment that its own continues. Scores exist for one block of rows at a time; the gradient computes them again from
// the logarithm of each row's softmax denominator.
#include "attention.h"

namespace laurel {

REGISTER_OP("LaurelAttention")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("qkv: T")              // [N, W], without bias
    .Input("bias: float")         // [W]
    .Input("segments: int32")     // [S, 3]
    .Output("y: T")               // [N, E], E the width of all heads
    .Output("denominators: float") // [H, N]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class Attention : public OpKernel {
  HeadAttributes heads_;

 public:
  explicit Attention(OpKernelConstruction* c) : OpKernel(c), heads_(c) {}

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(0).dim_size(0);
    const HeadLayout layout = heads_.Layout(c->input(0).dim_size(1));
    const std::vector<Group> groups = ReadGroups(c, 2, rows);
    T* y = Output<T>(c, 0, TensorShape({rows, layout.mixed_width()}));
    float* denominators = Output<float>(c, 1, TensorShape({layout.heads, rows}));
    if (!c->status().ok()) return;
    const HeadView<T> view{Data<T>(c, 0), Data<float>(c, 1), layout};
    Parallel(c, groups.size() * layout.heads, 1 << 24, [&](int64_t begin, int64_t end) {
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t head = unit % layout.heads;
        GroupForward(view, head, groups[unit / layout.heads], y, denominators + head * rows);
      }
    });
  }

 private:
  static void GroupForward(const HeadView<T>& view, int64_t head, const Group& group, T* y, float* denominators) {
    const HeadLayout& layout = view.layout;
    const int64_t kv_head = head / layout.sharing(), size = layout.size, longest = group.longest(), before = group.prefix.length;
    Buffer keys(longest * size), values(longest * size), queries(kBlockRows * size), mixed(kBlockRows * size),
        scores(kBlockRows * longest);
    const float scale = 1.f / std::sqrt(static_cast<float>(size));
    // Rows of one segment against the keys of what it continues, `seen` of them, and its own.
    const auto attend = [&](const Segment& segment, int64_t seen) {
      view.Read(layout.key(kv_head), segment.start, segment.length, &keys[seen * size]);
      view.Read(layout.value(kv_head), segment.start, segment.length, &values[seen * size]);
      for (int64_t i = 0; i < segment.length; i += kBlockRows) {
        const int64_t count = std::min<int64_t>(kBlockRows, segment.length - i), columns = seen + i + count;
        view.Read(layout.query(head), segment.start + i, count, queries.data());
        Matrix q(queries.data(), count, size), k(keys.data(), columns, size), v(values.data(), columns, size),
            p(scores.data(), count, columns), out(mixed.data(), count, size);
        p.noalias() = q * k.transpose();
        for (int64_t r = 0; r < count; r++) {
          const int64_t visible = seen + i + r + 1, row = segment.start + i + r;
          Array weights(&scores[r * columns], visible);
          const float highest = weights.maxCoeff();
          weights = ((weights - highest) * scale).exp();
          const float total = weights.sum();
          weights /= total;
          Array(&scores[r * columns + visible], columns - visible).setZero();
          denominators[row] = highest * scale + std::log(total);
        }
        out.noalias() = p * v;
        for (int64_t r = 0; r < count; r++)
          WriteRow(&mixed[r * size], y + (segment.start + i + r) * layout.mixed_width() + layout.query(head), size);
      }
    };
    attend(group.prefix, 0);
    for (const Segment& segment : group.continuations) attend(segment, before);
  }
};
LAUREL_KERNEL(Attention);

}  // namespace laurel
