// Causal attention over packed segments (Vaswani et al. 2017, section 3.2): a token sees its own segment up to itself and all
// of the segment that its own continues. Scores exist for one block of rows at a time; the gradient computes them again from
// the logarithm of each row's softmax denominator.
#include "attention_forward.h"
#include "attention_forward_pairs.h"

namespace laurel {

REGISTER_OP("LaurelAttention")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("qkv: T")               // [N, W], without bias
    .Input("bias: float")          // [W]
    .Input("segments: int32")      // [S, 3]
    .Input("queries: int32")       // [U], the rows that attend, ascending
    .Output("y: T")                // [U, E], E the width of all heads
    .Output("denominators: float") // [H, U]
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
    const Queries queries = ReadQueries(c, 3, rows);
    T* y = Output<T>(c, 0, TensorShape({queries.count, layout.mixed_width()}));
    float* denominators = Output<float>(c, 1, TensorShape({layout.heads, queries.count}));
    if (!c->status().ok()) return;
    const HeadView<T> view{Data<T>(c, 0), Data<float>(c, 1), layout};
    const int64_t longest = Longest(groups);
    Parallel(c, groups.size() * layout.heads, 1 << 24, [&](int64_t begin, int64_t end) {
      GroupForward<T> work(layout.size, longest);
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t head = unit % layout.heads;
        work.Run({view, queries, head, y, denominators + head * queries.count}, groups[unit / layout.heads]);
      }
    });
  }
};
LAUREL_KERNEL(Attention);

}  // namespace laurel
