// Threads for a computation of many short stages. Waking a thread takes longer than a stage of decoding, so these stay awake from
// the first stage to the last.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "common.h"

namespace laurel {

/// The device's threads, the caller's among them. A stage is a number of units, which whoever is free takes one by one; so the
/// caller waits for no thread that has not begun, and finishes alone if none comes.
class Team {
  using Work = std::function<void(int64_t)>;

  // How many units of a stage are taken and how many it has, and the stage's number, so that nobody takes a unit of a past one.
  struct Claims {
    uint64_t taken : 20, count : 20, stage : 24;
  };

  struct Stages {
    std::atomic<Claims> claims{Claims{0, 0, 0}};
    std::atomic<int64_t> done{0};
    std::atomic<bool> ended{false};
    const Work* work = nullptr; // of the present stage; whoever has taken a unit keeps it from ending

    void Help() {
      Claims claims = this->claims.load();
      while (claims.taken < claims.count) {
        Claims next = claims;
        next.taken++;
        if (!this->claims.compare_exchange_weak(claims, next)) continue;
        (*work)(claims.taken);
        done++;
        claims = this->claims.load();
      }
    }
  };

  std::shared_ptr<Stages> stages_ = std::make_shared<Stages>();

  // Spins a while, then lets others run, for the processor may have more threads to run than it has cores.
  template <typename Condition>
  static void Await(const Condition& condition) {
    for (int spins = 0; !condition(); spins++)
      if (spins > 1000) std::this_thread::yield();
  }

 public:
  explicit Team(OpKernelContext* c) {
    auto* threads = c->device()->tensorflow_cpu_worker_threads();
    for (int i = 1; i < threads->num_threads; i++)
      threads->workers->Schedule([stages = stages_] {
        Await([&] {
          stages->Help();
          return stages->ended.load();
        });
      });
  }

  ~Team() { stages_->ended = true; }

  /// One stage: calls `work(unit)` for every unit of [0, count).
  void Run(int64_t count, const Work& work) {
    if (count == 1) return work(0);
    stages_->work = &work;
    stages_->done = 0;
    const Claims last = stages_->claims.load();
    stages_->claims = Claims{0, static_cast<uint64_t>(count), last.stage + 1u};
    stages_->Help();
    Await([&] { return stages_->done == count; });
  }
};

}  // namespace laurel
