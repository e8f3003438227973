// All ops of ours in one translation unit, for most of the time to compile one is TensorFlow's headers. Loading the module
// registers them with TensorFlow; it has nothing to export to JavaScript.
#include <node_api.h>

#include "attention.cc"
#include "attention_grad.cc"
#include "bias_activation.cc"
#include "decode_step.cc"
#include "layer_norm.cc"
#include "optimiser.cc"
#include "prompt_cache.cc"
#include "residual.cc"
#include "rotary.cc"
#include "rows.cc"
#include "sample_tokens.cc"
#include "scale.cc"
#include "strips.cc"
#include "token_log_probs.cc"

NAPI_MODULE_INIT() { return exports; }
