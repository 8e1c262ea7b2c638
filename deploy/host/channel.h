#ifndef FACTLINE_DEPLOY_HOST_CHANNEL_H_
#define FACTLINE_DEPLOY_HOST_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace factline::host {

// Largest message that a process of ours takes as an answer; no server of ours sends a larger one.
inline constexpr int kMaxAnswerBytes = 64 << 20;

// A channel to another process: dials lazily and again after a broken connection (within 2 s), and notices a peer that
// died without a word (within 40 s).
std::shared_ptr<grpc::Channel> Dial(const std::string& address);

}  // namespace factline::host

#endif  // FACTLINE_DEPLOY_HOST_CHANNEL_H_
