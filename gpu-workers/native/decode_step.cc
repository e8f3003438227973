// One token of every row through all blocks of a decoder, its key and value added to the row's own.
#include "activations.h"
#include "cached_attention.h"
#include "rotation.h"
#include "row_norm.h"

namespace laurel {

REGISTER_OP("LaurelDecodeStep")
    .Attr("T: {float, bfloat16}")
    .Attr("heads: int")
    .Attr("kv_heads: int")
    .Attr("centred: bool") // whether norms are
    .Attr("epsilon: float")
    .Attr("activation: {'gelu_tanh', 'gelu', 'silu_gated'}")
    .Attr("parallel_residual: bool")
    .Attr("adapter_scale: float") // alpha / rank of LoRA
    .Attr("layers: int")
    .Attr("vector_count: int") // 8 a layer
    .Attr("matrix_count: int") // 4 a layer or, with LoRA, 12
    .Input("stream: float")   // [B, D]
    .Input("rows: int32")     // [B, 3], as Seen
    .Input("step: int32")     // []: how many tokens each row has of its own before this one
    .Input("cosines: float")  // [B, half of the features that turn], as in LaurelRotary; half is 0 where positions are learned
    .Input("sines: float")    // the same
    .Input("prompts: layers * T") // DecodingCache of each layer
    .Input("own: layers * T")     // DecodingCache of each layer, written in place
    .Input("vectors: vector_count * float") // in the order of BlockVector
    .Input("matrices: matrix_count * T")    // LaurelStrips in the order of BlockProduct; then each one's adapters A and B
    .Output("y: float")       // [B, D]
    .SetIsStateful()
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);

/// The first of the caches among the inputs.
constexpr int kCaches = 5;

enum BlockVector { kGain1, kBias1, kQkvBias, kProjectionBias, kGain2, kBias2, kInnerBias, kOuterBias, kBlockVectors };
enum BlockProduct { kQkv, kProjection, kInner, kOuter, kBlockProducts };

template <typename T>
class DecodeStep : public OpKernel {
  HeadAttributes heads_;
  RowNorm norm_;
  bool parallel_;
  float adapter_scale_;
  int64_t layers_, vector_count_, parts_; // parts: of what the activation reads for each output
  void (*activate_)(const float* x, const float* bias, int64_t width, T* y);

  class Step;

 public:
  explicit DecodeStep(OpKernelConstruction* c) : OpKernel(c), heads_(c), norm_(c) {
    std::string activation;
    OP_REQUIRES_OK(c, c->GetAttr("activation", &activation));
    OP_REQUIRES_OK(c, c->GetAttr("parallel_residual", &parallel_));
    OP_REQUIRES_OK(c, c->GetAttr("adapter_scale", &adapter_scale_));
    OP_REQUIRES_OK(c, c->GetAttr("layers", &layers_));
    OP_REQUIRES_OK(c, c->GetAttr("vector_count", &vector_count_));
    activate_ = activation == "gelu"        ? Activate<Gelu, float, T>
                : activation == "gelu_tanh" ? Activate<GeluTanh, float, T>
                                            : Activate<Swiglu, float, T>;
    parts_ = activation == "silu_gated" ? Swiglu::kParts : 1;
  }

  void Compute(OpKernelContext* c) override {
    const int64_t capacity = c->input(kCaches + layers_).dim_size(2) / c->input(0).dim_size(0) * kBlockTokens;
    OP_REQUIRES(c, *Data<int32_t>(c, 2) < capacity, errors::InvalidArgument("there is room for ", capacity, " new tokens a row"));
    float* y = Output<float>(c, 0, c->input(0).shape());
    if (!c->status().ok()) return;
    Step step(*this, c);
    for (int64_t layer = 0; layer < layers_; layer++) step.Block(layer);
    step.Write(y);
  }
};

/// One run of the op, with what it computes on its way.
template <typename T>
class DecodeStep<T>::Step {
  const DecodeStep& op_;
  OpKernelContext* c_;
  const int64_t count_;
  const HeadLayout layout_;
  const bool turns_;
  Rows<float> stream_, attended_, qkv_, inner_, product_;
  Rows<T> normed_, mixed_, activated_;
  const std::vector<Siblings> siblings_;
  const Buffer no_bias_;
  Team team_;

 public:
  Step(const DecodeStep& op, OpKernelContext* c)
      : op_(op),
        c_(c),
        count_(c->input(0).dim_size(0)),
        layout_(op.heads_.Layout(Vector(0, kQkvBias).size())),
        turns_(c->input(3).dim_size(1) > 0),
        stream_(count_, c->input(0).dim_size(1)),
        attended_(count_, stream_.width),
        qkv_(count_, layout_.width()),
        inner_(count_, Vector(0, kInnerBias).size()),
        product_(count_, stream_.width),
        normed_(count_, stream_.width),
        mixed_(count_, layout_.mixed_width()),
        activated_(count_, inner_.width / op.parts_),
        siblings_(FindSiblings(reinterpret_cast<const Seen*>(Data<int32_t>(c, 1)), count_)),
        no_bias_(layout_.width(), 0.f),
        team_(c) {
    for (int64_t i = 0; i < count_; i++) std::copy_n(Data<float>(c, 0) + i * stream_.width, stream_.width, stream_.row(i));
  }

  void Block(int64_t layer) {
    team_.Run(count_, [&](int64_t i) { op_.norm_.Write(stream_.row(i), Vector(layer, kGain1), Vector(layer, kBias1), normed_.row(i)); });
    Linear(layer, kQkv, normed_, qkv_);
    team_.Run(count_, [&](int64_t i) { Turn(Vector(layer, kQkvBias), i); });
    Attend(layer);
    Linear(layer, kProjection, mixed_, product_);
    team_.Run(count_, [&](int64_t i) {
      Line(attended_, i) = Line(stream_, i) + Line(product_, i) + Vector(layer, kProjectionBias);
      const float* input = (op_.parallel_ ? stream_ : attended_).row(i);
      op_.norm_.Write(input, Vector(layer, kGain2), Vector(layer, kBias2), normed_.row(i));
    });
    Linear(layer, kInner, normed_, inner_);
    team_.Run(count_, [&](int64_t i) {
      op_.activate_(inner_.row(i), Vector(layer, kInnerBias).data(), activated_.width, activated_.row(i));
    });
    Linear(layer, kOuter, activated_, product_);
    team_.Run(count_, [&](int64_t i) { Line(stream_, i) = Line(attended_, i) + Line(product_, i) + Vector(layer, kOuterBias); });
  }

  void Write(float* y) const {
    for (int64_t i = 0; i < count_; i++) std::copy_n(stream_.row(i), stream_.width, y + i * stream_.width);
  }

 private:
  static Array Line(Rows<float>& rows, int64_t i) { return Array(rows.row(i), rows.width); }

  ConstArray Vector(int64_t layer, BlockVector vector) const {
    const Tensor& tensor = c_->input(kCaches + 2 * op_.layers_ + layer * kBlockVectors + vector);
    return ConstArray(tensor.flat<float>().data(), tensor.NumElements());
  }

  /// y = x · W, with LoRA + (alpha / rank) · (x · A) · B
  void Linear(int64_t layer, BlockProduct product, const Rows<T>& x, Rows<float>& y) {
    const int first = kCaches + 2 * op_.layers_ + op_.vector_count_;
    const int matrices = (c_->num_inputs() - first) / op_.layers_;
    const auto matrix = [&](int i) { return Strips<T>(c_->input(first + layer * matrices + i)); };
    Product(team_, x, matrix(product), y);
    if (matrices == kBlockProducts) return;
    const Strips<T> a = matrix(kBlockProducts + 2 * product), b = matrix(kBlockProducts + 2 * product + 1);
    Rows<float> narrow(count_, a.count * kStrip), adapted(count_, y.width);
    Rows<T> scaled(count_, a.count * kStrip);
    Product(team_, x, a, narrow);
    for (int64_t i = 0; i < count_; i++) {
      Line(narrow, i) *= op_.adapter_scale_;
      WriteRow(narrow.row(i), scaled.row(i), scaled.width);
    }
    Product(team_, scaled, b, adapted);
    for (int64_t i = 0; i < count_; i++) Line(y, i) += Line(adapted, i);
  }

  /// Where positions are learned, keys and values go without their bias: see Attend.
  void Turn(const ConstArray& bias, int64_t i) {
    const int64_t biased = turns_ ? layout_.width() : layout_.mixed_width();
    Array(qkv_.row(i), biased) += bias.head(biased);
    if (turns_) Rotation(c_, 3, 4, 1.f).Turn(i, layout_, qkv_.row(i));
  }

  /// The keys' bias adds the same to every score, which softmax does not see; the values' adds to their every mixture.
  void Attend(int64_t layer) {
    const auto cache = [&](int input) {
      const Tensor& tensor = c_->input(input);
      return DecodingCache<T>{const_cast<T*>(tensor.flat<T>().data()), layout_, tensor.dim_size(2)};
    };
    const CachedAttention<T> attention{cache(kCaches + layer), cache(kCaches + op_.layers_ + layer),
                                       reinterpret_cast<const Seen*>(Data<int32_t>(c_, 1)), *Data<int32_t>(c_, 2)};
    const float* bias = turns_ ? no_bias_.data() : Vector(layer, kQkvBias).data();
    team_.Run(siblings_.size() * layout_.kv_heads, [&](int64_t unit) {
      attention.Attend(unit % layout_.kv_heads, siblings_[unit / layout_.kv_heads], qkv_, bias, mixed_);
    });
  }
};
LAUREL_KERNEL(DecodeStep);

}  // namespace laurel
