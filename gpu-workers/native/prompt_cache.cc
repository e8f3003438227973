// The keys and values of packed prompts, moved from where the prefill left them to where decoding reads them.
#include "decoding_cache.h"

namespace laurel {

REGISTER_OP("LaurelPromptCache")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("qkv: T")          // [N, W]
    .Input("segments: int32") // [P, 3], none of which continues another
    .Output("cache: T")       // as DecodingCache, each prompt from a block of its own on
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

template <typename T>
class PromptCache : public OpKernel {
  HeadAttributes heads_;

 public:
  explicit PromptCache(OpKernelConstruction* c) : OpKernel(c), heads_(c) {}

  void Compute(OpKernelContext* c) override {
    const HeadLayout layout = heads_.Layout(c->input(0).dim_size(1));
    const std::vector<Group> prompts = ReadGroups(c, 1, c->input(0).dim_size(0));
    std::vector<int64_t> first = {0};
    for (const Group& prompt : prompts) first.push_back(first.back() + BlocksOf(prompt.prefix.length));
    const TensorShape shape = DecodingCache<T>::Shape(layout, first.back());
    const DecodingCache<T> cache{Output<T>(c, 0, shape), layout, first.back()};
    if (!c->status().ok()) return;
    const T* qkv = Data<T>(c, 0);
    Parallel(c, prompts.size() * layout.kv_heads, 1 << 20, [&](int64_t begin, int64_t end) {
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t p = unit / layout.kv_heads, kv_head = unit % layout.kv_heads, block = first[p];
        const int64_t elements = (first[p + 1] - block) * cache.block_size();
        std::fill_n(cache.keys(kv_head, block), elements, T(0.f));
        std::fill_n(cache.values(kv_head, block), elements, T(0.f));
        for (int64_t t = 0; t < prompts[p].prefix.length; t++) {
          const T* row = qkv + (prompts[p].prefix.start + t) * layout.width();
          cache.Write(kv_head, block, t, row + layout.key(kv_head), row + layout.value(kv_head));
        }
      }
    });
  }
};
LAUREL_KERNEL(PromptCache);

}  // namespace laurel
