// The gradient of LaurelAttention.
#include "attention_backward.h"
#include "attention_backward_pairs.h"

namespace laurel {

REGISTER_OP("LaurelAttentionGrad")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("dy: T")                // [U, E], E the width of all heads
    .Input("qkv: T")               // [N, W], without bias
    .Input("bias: float")          // [W]
    .Input("segments: int32")      // [S, 3]
    .Input("queries: int32")       // [U], the rows that attended, ascending
    .Input("y: T")                 // [U, E]
    .Input("denominators: float")  // [H, U]
    .Output("dqkv: T")             // [N, W]
    .Output("dbias: float")        // [W]
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class AttentionGrad : public OpKernel {
  HeadAttributes heads_;

 public:
  explicit AttentionGrad(OpKernelConstruction* c) : OpKernel(c), heads_(c) {}

  void Compute(OpKernelContext* c) override {
    const int64_t rows = c->input(1).dim_size(0), width = c->input(1).dim_size(1);
    const HeadLayout layout = heads_.Layout(width);
    const std::vector<Group> groups = ReadGroups(c, 3, rows);
    const Queries queries = ReadQueries(c, 4, rows);
    T* dqkv = Output<T>(c, 0, c->input(1).shape());
    float* dbias = Output<float>(c, 1, TensorShape({width}));
    if (!c->status().ok()) return;
    if (queries.count < rows) std::memset(dqkv, 0, rows * width * sizeof(T)); // other rows' queries have no gradient
    const HeadView<T> view{Data<T>(c, 1), Data<float>(c, 2), layout};
    const int64_t longest = Longest(groups);
    // Each group has bias sums of its own, added up in the order of the groups. Heads write apart from each other.
    Buffer sums(groups.size() * width, 0.f);
    Parallel(c, groups.size() * layout.kv_heads, (1 << 25) * layout.sharing(), [&](int64_t begin, int64_t end) {
      GroupBackward<T> work(layout.size, longest);
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t group = unit / layout.kv_heads;
        work.Run({view, queries, Data<T>(c, 0), Data<T>(c, 5), Data<float>(c, 6), dqkv, unit % layout.kv_heads,
                  &sums[group * width]},
                 groups[group]);
      }
    });
    Array(dbias, width).setZero();
    for (size_t group = 0; group < groups.size(); group++) Array(dbias, width) += ConstArray(&sums[group * width], width);
  }
};
LAUREL_KERNEL(AttentionGrad);

}  // namespace laurel
