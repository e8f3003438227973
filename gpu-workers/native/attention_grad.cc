// The gradient of LaurelAttention. With P the softmax, Δ = Σ dy · y of a row: dV = Pᵀ dY, dS = P (dY Vᵀ − Δ) / √d, dQ = dS K,
// dK = dSᵀ Q (Dao et al. 2022, appendix B.2).
#include "attention.h"

namespace laurel {

REGISTER_OP("LaurelAttentionGrad")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Input("dy: T")               // [N, E], E the width of all heads
    .Input("qkv: T")              // [N, W], without bias
    .Input("bias: float")         // [W]
    .Input("segments: int32")     // [S, 3]
    .Input("y: T")                // [N, E], E the width of all heads
    .Input("denominators: float") // [H, N]
    .Output("dqkv: T")            // [N, W]
    .Output("dbias: float")       // [W]
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
    T* dqkv = Output<T>(c, 0, c->input(1).shape());
    float* dbias = Output<float>(c, 1, TensorShape({width}));
    if (!c->status().ok()) return;
    // Each group has bias sums of its own, added up in the order of the groups. Heads write apart from each other.
    Buffer sums(groups.size() * width, 0.f);
    Parallel(c, groups.size() * layout.kv_heads, (1 << 25) * layout.sharing(), [&](int64_t begin, int64_t end) {
      for (int64_t unit = begin; unit < end; unit++) {
        const int64_t group = unit / layout.kv_heads;
        GroupGrad work(c, layout, unit % layout.kv_heads, groups[group]);
        work.Run(dqkv, &sums[group * width]);
      }
    });
    Array(dbias, width).setZero();
    for (size_t group = 0; group < groups.size(); group++) Array(dbias, width) += ConstArray(&sums[group * width], width);
  }

 private:
  /// One group and head of keys and values, with all heads of queries that share it.
  class GroupGrad {
    const HeadView<T> view_;
    const HeadLayout layout_;
    const int64_t kv_head_;
    const Group& group_;
    const T *dy_, *y_;
    const float* denominators_;
    const int64_t rows_, size_, longest_;
    Buffer keys_, values_, dkeys_, dvalues_, queries_, dqueries_, outer_, inner_, scores_, dscores_;

   public:
    GroupGrad(OpKernelContext* c, const HeadLayout& layout, int64_t kv_head, const Group& group)
        : view_{Data<T>(c, 1), Data<float>(c, 2), layout}, layout_(layout), kv_head_(kv_head), group_(group),
          dy_(Data<T>(c, 0)), y_(Data<T>(c, 4)), denominators_(Data<float>(c, 5)), rows_(c->input(1).dim_size(0)),
          size_(layout.size), longest_(group.longest()),
          keys_(longest_ * size_), values_(longest_ * size_), dkeys_(longest_ * size_), dvalues_(longest_ * size_),
          queries_(kBlockRows * size_), dqueries_(kBlockRows * size_), outer_(kBlockRows * size_), inner_(kBlockRows * size_),
          scores_(kBlockRows * longest_), dscores_(kBlockRows * longest_) {}

    void Run(T* dqkv, float* sums) {
      const Segment& prefix = group_.prefix;
      ReadKeys(prefix, 0);
      // Continuations first: what they send back to the prefix's keys and values gathers there.
      for (const Segment& segment : group_.continuations) {
        ReadKeys(segment, prefix.length);
        Rows(segment, prefix.length, dqkv, sums);
        WriteKeys(segment, prefix.length, dqkv, sums);
      }
      Rows(prefix, 0, dqkv, sums);
      WriteKeys(prefix, 0, dqkv, sums);
    }

   private:
    void ReadKeys(const Segment& segment, int64_t seen) {
      view_.Read(layout_.key(kv_head_), segment.start, segment.length, &keys_[seen * size_]);
      view_.Read(layout_.value(kv_head_), segment.start, segment.length, &values_[seen * size_]);
      std::fill_n(dkeys_.begin() + seen * size_, segment.length * size_, 0.f);
      std::fill_n(dvalues_.begin() + seen * size_, segment.length * size_, 0.f);
    }

    void WriteKeys(const Segment& segment, int64_t seen, T* dqkv, float* sums) {
      Write(layout_.key(kv_head_), segment.start, segment.length, &dkeys_[seen * size_], dqkv, sums);
      Write(layout_.value(kv_head_), segment.start, segment.length, &dvalues_[seen * size_], dqkv, sums);
    }

    void Write(int64_t offset, int64_t start, int64_t count, const float* from, T* dqkv, float* sums) {
      for (int64_t r = 0; r < count; r++) {
        Array(sums + offset, size_) += ConstArray(from + r * size_, size_);
        WriteRow(from + r * size_, dqkv + (start + r) * layout_.width() + offset, size_);
      }
    }

    void Rows(const Segment& segment, int64_t seen, T* dqkv, float* sums) {
      for (int64_t head = kv_head_ * layout_.sharing(); head < (kv_head_ + 1) * layout_.sharing(); head++)
        HeadRows(head, segment, seen, dqkv, sums);
    }

    void HeadRows(int64_t head, const Segment& segment, int64_t seen, T* dqkv, float* sums) {
      const float* denominators = denominators_ + head * rows_;
      const float scale = 1.f / std::sqrt(static_cast<float>(size_));
      for (int64_t i = 0; i < segment.length; i += kBlockRows) {
        const int64_t start = segment.start + i, count = std::min<int64_t>(kBlockRows, segment.length - i);
        const int64_t columns = seen + i + count;
        view_.Read(layout_.query(head), start, count, queries_.data());
        for (int64_t r = 0; r < count; r++) {
          const int64_t at = (start + r) * layout_.mixed_width() + layout_.query(head);
          ReadRow(dy_ + at, &outer_[r * size_], size_);
          ReadRow(y_ + at, &inner_[r * size_], size_);
        }
        Matrix q(queries_.data(), count, size_), dq(dqueries_.data(), count, size_), dy(outer_.data(), count, size_),
            y(inner_.data(), count, size_), k(keys_.data(), columns, size_), v(values_.data(), columns, size_),
            dk(dkeys_.data(), columns, size_), dv(dvalues_.data(), columns, size_), p(scores_.data(), count, columns),
            ds(dscores_.data(), count, columns);
        p.noalias() = q * k.transpose();
        ds.noalias() = dy * v.transpose();
        for (int64_t r = 0; r < count; r++) {
          const int64_t visible = seen + i + r + 1;
          const float delta = dy.row(r).dot(y.row(r));
          Array weights(&scores_[r * columns], visible), slopes(&dscores_[r * columns], visible);
          weights = (weights * scale - denominators[start + r]).exp();
          slopes = weights * (slopes - delta) * scale;
          Array(&scores_[r * columns + visible], columns - visible).setZero();
          Array(&dscores_[r * columns + visible], columns - visible).setZero();
        }
        dv.noalias() += p.transpose() * dy;
        dq.noalias() = ds * k;
        dk.noalias() += ds.transpose() * q;
        Write(layout_.query(head), start, count, dqueries_.data(), dqkv, sums);
      }
    }
  };
};
LAUREL_KERNEL(AttentionGrad);

}  // namespace laurel
