#pragma once

#include "io/disk.hpp"
#include "parallel/protocol.hpp"
#include "support/forwarding_communicator.hpp"

#include <cstdint>
#include <deque>
#include <fcntl.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace exahca::histories {

/// A program that renames a file before it syncs it.
class RenamesBeforeSync final : public io::Disk
{
public:
    explicit RenamesBeforeSync(io::Disk& inner) : inner_(inner) {}

    int open(char const* path, int flags, mode_t mode) override
    {
        int const file = inner_.open(path, flags, mode);
        if ((flags & O_DIRECTORY) != 0) directories_.insert(file);
        return file;
    }
    ssize_t write(int file, void const* bytes, std::size_t count) override { return inner_.write(file, bytes, count); }
    int sync(int file) override
    {
        catch_up();
        if (directories_.contains(file)) return inner_.sync(file);
        late_ = file;
        return 0;
    }
    int close(int file) override
    {
        if (file == late_) return 0;
        directories_.erase(file);
        return inner_.close(file);
    }
    int rename(char const* from, char const* to) override
    {
        int const result = inner_.rename(from, to);
        catch_up();
        return result;
    }
    int link(char const* from, char const* to) override { return inner_.link(from, to); }
    int unlink(char const* path) override { return inner_.unlink(path); }

private:
    void catch_up()
    {
        if (late_ < 0) return;
        static_cast<void>(inner_.sync(late_));
        inner_.close(std::exchange(late_, -1));
    }

    io::Disk& inner_;
    std::set<int> directories_;
    int late_ = -1; ///< written, not synced yet
};

/// The first reply of a worker that holds another chunk counts for that one, too, whose own reply is lost.
class CountsAReplyTwice final : public testing::ForwardingCommunicator
{
public:
    using ForwardingCommunicator::ForwardingCommunicator;

    void send(int destination, Bytes message) override
    {
        if (auto const header = parse(message).header; header.kind == MessageKind::chunk)
            held_[destination].push_back(header.chunk);
        ForwardingCommunicator::send(destination, std::move(message));
    }
    std::optional<Message> receive() override
    {
        if (again_) return std::exchange(again_, std::nullopt);
        auto message = inner_.receive();
        if (rank() != 0 || !message) return message;
        auto const [header, payload] = parse(message->bytes);
        if (header.kind != MessageKind::reply) return message;
        if (counted_ && *counted_ == header.chunk) return std::nullopt;
        auto& held = held_[message->source];
        std::erase(held, header.chunk);
        if (!counted_ && !held.empty()) {
            counted_ = held.front();
            auto other = header;
            other.chunk = held.front();
            again_ = Message{message->source, compose(other, payload)};
        }
        return message;
    }

private:
    std::map<int, std::deque<std::uint64_t>> held_;
    std::optional<std::uint64_t> counted_;
    std::optional<Message> again_;
};

/// Loses the third reply.
class LosesAReply final : public testing::ForwardingCommunicator
{
public:
    using ForwardingCommunicator::ForwardingCommunicator;

    std::optional<Message> receive() override
    {
        auto message = inner_.receive();
        if (rank() != 0 || !message || parse(message->bytes).header.kind != MessageKind::reply || ++replies_ != 3)
            return message;
        return std::nullopt;
    }

private:
    int replies_ = 0;
};

} // namespace exahca::histories
